"""chaos.py STEPS SEED: random suspends, resumes, jobs and power commands in a running lab ($LAB, 8
nodes), while slurmctld, frugald and BMCs die and come back; then everything is revived, and what must
not have happened is looked for (verdict.py). The same seed is the same steps; their outcome depends
on the machine's mood. chaos.sh starts it."""
import os
import random
import subprocess
import sys
import time

import verdict
from world import World, run

LAB, BIN = os.environ["LAB"], os.environ["BIN"]
HERE = os.path.dirname(os.path.abspath(__file__))
NODES = [f"n{i}" for i in range(1, 9)]
SUSPEND_TIMEOUT, RESUME_TIMEOUT = int(os.environ["SUSPENDTIMEOUT"]), int(os.environ["RESUMETIMEOUT"])
OFF_MARGIN = 2
BEGUN = time.time()


def say(text):
    print(f"{time.time() - BEGUN:7.1f}  {text}", flush=True)


def lab(*words, timeout=60):
    return run(os.path.join(HERE, "lab.sh"), *words, timeout=timeout)


def frugalctl(*words):
    return run(os.path.join(BIN, "frugalctl"), *words, timeout=20)


def states():
    text = run("sinfo", "-h", "-N", "-o", "%N %T") or ""
    return dict(line.split() for line in text.splitlines())


class Chaos:
    def __init__(self, seed, world):
        self.chance, self.world = random.Random(seed), world
        self.cancelled, self.troubles, self.revivals = set(), [], []
        self.background = []

    def some(self, most):
        return sorted(self.chance.sample(NODES, self.chance.randint(1, most)))

    def start(self, *command):
        """Not waited for: slurmctld may be away for long."""
        self.background.append(subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    # Every step draws all its chances first, so that a seed is a sequence, whatever happens.
    def submit(self):
        count, seconds = self.chance.choice((1, 1, 1, 2, 3)), self.chance.randint(1, 8)
        where = self.some(1) if count == 1 and self.chance.random() < 0.5 else None
        place = ["-w", where[0]] if where else ["-N", str(count)]
        self.start("sbatch", "-Q", *place, "-o", "/dev/null", os.path.join(LAB, "bin/job.sh"), str(seconds))
        return f"submit {' '.join(place)}, {seconds} s"

    def cancel(self):
        draw = self.chance.random()
        queue = sorted((run("squeue", "-h", "-o", "%A", timeout=3) or "").split(), key=int)
        if not queue:
            return "cancel: no job"
        job = queue[int(draw * len(queue))]
        self.cancelled.add(job)
        self.start("scancel", job)
        return f"cancel {job}"

    def scontrol(self, state):
        nodes = ",".join(self.some(3))
        self.start("scontrol", "update", f"nodename={nodes}", f"state={state}", "reason=chaos")
        return f"{state} {nodes}"

    def by_frugal(self, verb):
        nodes = ",".join(self.some(2))
        self.start(os.path.join(BIN, "frugalctl"), "power", verb, nodes, "--reason", "chaos", "-y")
        return f"frugalctl power {verb} {nodes}"

    def repeat_hook(self):
        """A call that slurmctld has made already, once more."""
        draw = self.chance.random()
        calls = [c for c in self.world.of("world_hook") if c["wall_s"] > time.time() - 3]
        if not calls:
            return "repeat a hook: none lately"
        call = calls[int(draw * len(calls))]
        self.start(os.path.join(LAB, "bin/hook", call["verb"]), call["node"])
        return f"repeat {call['verb']} of {call['node']}"

    def kill(self, part):
        seconds = self.chance.uniform(0.5, 6)
        if any(r[1] == part for r in self.revivals):
            return f"{part} is dead already"
        self.world.add("world_kill", what=part)
        lab("kill", part)
        self.revivals.append((time.time() + seconds, part))
        self.troubles.append([None, time.time(), time.time() + 3600])
        return f"kill {part}, back in {seconds:.1f} s"

    def revive(self, part):
        lab("up", part)
        self.world.add("world_start", what=part)
        if part == "frugald":  # it trusts itself less after many starts; we know why there are many
            frugalctl("mode", "enforce", "--reason", "chaos")
        for trouble in self.troubles:
            if trouble[0] is None and trouble[2] > time.time():
                trouble[2] = time.time()
        say(f"      {part} is back")

    def break_bmc(self):
        nodes, fault = self.some(2), self.chance.choice((["dead"], ["ignore"], ["delay", "1500"]))
        seconds = self.chance.uniform(1, 12)
        lab("room", "fault", ",".join(nodes), *fault)
        self.revivals.append((time.time() + seconds, nodes))
        self.troubles += [[node, time.time(), time.time() + seconds + 3] for node in nodes]
        return f"{fault[0]} BMC of {','.join(nodes)} for {seconds:.1f} s"

    def step(self):
        steps = ((self.submit, 34), (self.cancel, 5), (lambda: self.scontrol("power_down_asap"), 18),
                 (lambda: self.scontrol("power_up"), 12), (lambda: self.by_frugal("suspend"), 6),
                 (lambda: self.by_frugal("wake"), 4), (self.repeat_hook, 5),
                 (lambda: self.kill("slurmctld"), 5), (lambda: self.kill("frugald"), 7),
                 (self.break_bmc, 10))
        pause = self.chance.uniform(0.1, 1.3)
        chosen = self.chance.choices([s[0] for s in steps], [s[1] for s in steps])[0]
        text = chosen()
        time.sleep(pause)
        return text

    def revive_due(self, everything=False):
        for due in sorted(self.revivals, key=lambda r: r[0]):
            if not everything and due[0] > time.time():
                continue
            self.revivals.remove(due)
            if isinstance(due[1], str):
                self.revive(due[1])
            else:
                lab("room", "clear", ",".join(due[1]))


class Administrator:
    """What one does about nodes that do not come back by themselves."""

    def __init__(self):
        self.seen, self.acted = {}, {}

    def look_after(self, node, state):
        """Nothing before a state has lasted, and then not again before Slurm and a boot had time."""
        now = time.time()
        if self.seen.get(node, ("", 0))[0] != state:
            self.seen[node] = (state, now)
        if now - self.seen[node][1] < 10 or now - self.acted.get(node, 0) < RESUME_TIMEOUT:
            return
        off = "power=off" in (lab("room", "status", node) or "")
        update = ["scontrol", "update", f"nodename={node}"]
        if state.startswith("drained"):  # a power-down asap that slurmctld has half forgotten
            run(*update, "state=resume")
        elif state.startswith(("down", "unknown")) or (state.endswith("*") and off):
            if off and not state.endswith("~"):
                frugalctl("power", "on", node, "--reason", "repair", "-y")
                frugalctl("release", node)
                run(*update, "state=resume")
            elif run(*update, "state=power_up") is None:
                run(*update, "state=resume")
        else:
            return
        self.acted[node] = now
        say(f"      {node} is {state}, chassis {'off' if off else 'on'}: repaired")


def settle(seconds):
    """Until no job waits or runs and no node is in between; then each must run a job."""
    frugalctl("release", "all")
    administrator, end = Administrator(), time.time() + seconds
    while time.time() < end:
        queue = run("squeue", "-h", "-o", "%A %r")
        for line in (queue or "").splitlines():
            if "held" in line.lower():
                run("scontrol", "release", line.split()[0])
        now = states()
        for node, state in now.items():
            administrator.look_after(node, state)
        if queue == "" and len(now) == len(NODES) and all(s in ("idle", "idle~") for s in now.values()):
            return True
        time.sleep(2)
    say(f"      not settled: {states()}; {run('squeue', '-h', '-o', '%A %T %r %N')}")
    return False


def report(what, found):
    say(f"{'ok   ' if not found else 'FAIL '} {what}")
    for line in found:
        say(f"      {line}")
    return bool(found)


def main():
    steps, seed = int(sys.argv[1]), int(sys.argv[2])
    say(f"{steps} steps, seed {seed}")
    with World(LAB, BIN) as world:
        chaos = Chaos(seed, world)
        for number in range(1, steps + 1):
            chaos.revive_due()
            say(f"{number:4d}  {chaos.step()}")
        chaos.revive_due(everything=True)
        for process in chaos.background:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        lab("room", "clear", "all")
        say("everything is revived")
        # A killed slurmctld finds out late which jobs it has lost, and begins them anew two minutes later.
        settled = settle(420)
        each = run("srun", "-N8", "-t1", "printenv", "SLURMD_NODENAME", timeout=120) or ""
    world.write(os.path.join(LAB, "history.jsonl"), frugalctl("audit", "export") or "")
    starts = verdict.job_starts(LAB)
    to_power, otherwise = verdict.jobs_lost(world, LAB, chaos.cancelled)
    excused, downs = verdict.downs_without_excuse(world, RESUME_TIMEOUT, chaos.troubles)
    failed = [
        report(f"0 of {len(starts)} starts of jobs lost to power", to_power),
        report(f"0 of {len(verdict.commands_that_cut(world))} offs while a job was on the node",
               verdict.offs_under_jobs(world, LAB)),
        report("0 offs late or after a newer resume", verdict.late_offs(world, SUSPEND_TIMEOUT, OFF_MARGIN)),
        report(f"0 nodes DOWN without a fault of BMC, slurmctld or frugald ({excused} with)", downs),
        report("everything settles: each node idle or asleep, no job left", [] if settled else ["no"]),
        report("all 8 nodes run a job", [] if len(set(each.split())) == 8 else [each or "no answer"]),
    ]
    for line in otherwise:
        say(f"      not by power (slurmctld forgot it): {line}")
    sys.exit(any(failed))


main()
