"""The lab's world as it was, whatever frugald believes: hook calls, commands the BMCs received,
Slurm's states and jobs, kills and starts. In the vocabulary of daemon/core/history.h ("world_..."),
a JSON object per line, so that the checker of never-events can judge it beside frugald's audit."""
import json
import os
import subprocess
import threading
import time

BUSY = ("ALLOCATED", "MIXED", "COMPLETING", "UNKNOWN")


def run(*command, timeout=15):
    """Its output; None when it failed or hung, as everything may in a world of faults."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=timeout, text=True)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def expand(nodes):
    """n[1-3,5],n7 as a list; the lab's names are n and a number."""
    names = []
    for part in nodes.replace("[", " ").replace("]", " ").split():
        for item in part.strip(",").split(","):
            first, _, last = item.lstrip("n").partition("-")
            if first:
                names += [f"n{i}" for i in range(int(first), int(last or first) + 1)]
    return names


class World:
    """`entries` grows while it records: dicts with wall_s and the keys of history.h. Begins with a
    lab whose nodes are all on."""

    def __init__(self, lab, binaries):
        self.lab, self.binaries = lab, binaries
        self.entries, self.lock = [], threading.Lock()
        self.steady_offset = time.monotonic() - time.time()
        self.states, self.jobs, self.beats = {}, {}, {}
        self.room_lines = self.hook_bytes = 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.loop, args=args, daemon=True)
                        for args in ((self.look_at_slurm, 0.2), (self.look_at_the_rest, 0.5))]

    def __enter__(self):
        for part in ("frugald", "slurmctld"):
            self.add("world_start", what=part)
        for line in self.room("status").splitlines():
            if "machine=" in line:
                self.add("world_chassis", node=line.split()[0], on="power=on" in line)
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.look_at_the_rest()

    def loop(self, look, interval):
        while not self.over.is_set():
            look()
            self.over.wait(interval)

    def add(self, kind, at=None, **fields):
        with self.lock:
            self.entries.append({"wall_s": at or time.time(), "kind": kind, **fields})

    def of(self, kind, **wanted):
        """Entries of a kind in the order of time, with these fields."""
        with self.lock:
            chosen = [e for e in self.entries if e["kind"] == kind
                      and all(e.get(k) == v for k, v in wanted.items())]
        return sorted(chosen, key=lambda e: e["wall_s"])

    def room(self, *words):
        return run(os.path.join(self.binaries, "frugald-room"), "--control",
                   os.path.join(self.lab, "run/room.sock"), *words) or ""

    def look_at_slurm(self):
        nodes = run("scontrol", "-o", "show", "node")
        queue = run("squeue", "-h", "-t", "all", "-o", "%A|%T|%N")
        if nodes is None or queue is None:
            return
        on_node = self.look_at_jobs(queue)
        for line in nodes.splitlines():
            words = dict(w.split("=", 1) for w in line.split() if "=" in w)
            node, state, jobs = words["NodeName"], words["State"], on_node.get(words["NodeName"], [])
            seen = {"state": state, "busy": bool(jobs) or any(b in state for b in BUSY),
                    "powering_up": "POWERING_UP" in state or "POWER_UP" in state,
                    "reserved": "RESERVED" in state or "MAINT" in state, "jobs": jobs}
            if self.states.get(node) != seen:
                self.states[node] = seen
                self.add("world_slurm", node=node, **seen)

    def look_at_jobs(self, queue):
        on_node = {}
        for line in queue.splitlines():
            job, state, nodes = line.split("|")
            before, now = self.jobs.get(job), (state, nodes)
            self.jobs[job] = now
            if state in ("RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED"):
                for node in expand(nodes):
                    on_node.setdefault(node, []).append(job)
            if before == now:
                continue
            if state == "RUNNING":
                self.add("world_job", id=job, nodes=nodes, event="start")
            elif before and before[0] in ("RUNNING", "COMPLETING"):
                well = state in ("COMPLETED", "CANCELLED", "COMPLETING")
                self.add("world_job", id=job, nodes=nodes or before[1], event="end" if well else "lost")
        return on_node

    def look_at_the_rest(self):
        lines = self.room("log").splitlines()
        for line in lines[self.room_lines:]:
            words = line.split()
            if len(words) > 4 and words[3] == "chassis_control":
                self.add("world_bmc", float(words[0]), node=words[1], command=words[4])
            elif len(words) > 3 and words[3].startswith("power_"):
                self.add("world_chassis", float(words[0]), node=words[1], on=words[3] == "power_on")
        self.room_lines = max(self.room_lines, len(lines))
        with open(os.path.join(self.lab, "log/hooks.log"), "a+", encoding="utf-8") as file:
            file.seek(self.hook_bytes)
            for line in file:
                at, verb, nodes = line.split()
                for node in expand(nodes):
                    self.add("world_hook", float(at), node=node, verb=verb)
            self.hook_bytes = file.tell()

    def write(self, path, audit=""):
        """In the order of time, with the lines of frugald's own audit."""
        lines = [(json.loads(line)["wall_ms"], line) for line in audit.splitlines() if line]
        for entry in sorted(self.entries, key=lambda e: e["wall_s"]):
            fields = {k: v for k, v in entry.items() if k != "wall_s"}
            wall_ms = round(entry["wall_s"] * 1000)
            steady_ms = round((entry["wall_s"] + self.steady_offset) * 1000)
            lines.append((wall_ms, json.dumps({"wall_ms": wall_ms, "steady_ms": steady_ms, **fields})))
        with open(path, "w", encoding="utf-8") as file:
            for _, line in sorted(lines, key=lambda pair: pair[0]):
                file.write(line + "\n")
