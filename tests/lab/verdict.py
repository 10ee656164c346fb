"""What must not have happened in a lab, judged from its World and from what the jobs themselves
left behind; frugald's own words count for nothing here."""
import glob
import os

BEAT_S = 0.3      # a job's heart beats so often; it may have died so long after the last one
LATE_S = 0.25     # between the hook's own clock and the BMC's receipt, on a machine that is busy


class Job:
    """A start of a job on a node: job.sh writes "begin", beats, and "end"."""

    def __init__(self, path):
        name = os.path.basename(path).split(".")
        self.job, self.node, self.restart = name[0], name[1], int(name[2])
        with open(path, encoding="utf-8") as file:
            words = file.read().split()
        times = [float(w) for w in words if w[0].isdigit()]
        self.begin, self.last = (times[0], times[-1]) if times else (0, 0)
        self.ended = "end" in words


def job_starts(lab):
    return [job for job in map(Job, glob.glob(os.path.join(lab, "jobs/*"))) if job.begin]


def commands_that_cut(world, node=None):
    wanted = {"node": node} if node else {}
    return [e for e in world.of("world_bmc", **wanted) if e["command"] != "on"]


def offs_under_jobs(world, lab):
    """N1: a command that cuts the power, while a job was alive on the node."""
    found = []
    for job in job_starts(lab):
        for off in commands_that_cut(world, job.node):
            if job.begin <= off["wall_s"] <= job.last:
                found.append(f"{off['command']} of {job.node} at {off['wall_s']:.2f} under job "
                             f"{job.job} ({job.begin:.2f} to {job.last:.2f})")
    return found


def jobs_lost(world, lab, cancelled):
    """(to power, otherwise): starts that came to no end and were not cancelled by us."""
    to_power, otherwise = [], []
    for job in job_starts(lab):
        if job.ended or job.job in cancelled:
            continue
        power = [e for e in world.of("world_chassis", node=job.node, on=False)
                 if job.last - BEAT_S <= e["wall_s"] <= job.last + 4 * BEAT_S]
        text = f"job {job.job} on {job.node}: began {job.begin:.2f}, last seen {job.last:.2f}"
        (to_power if power else otherwise).append(text)
    return to_power, otherwise


def late_offs(world, suspend_timeout, margin):
    """N2: an off that neither is in time for a suspend without an older resume in between, nor part
    of a resume's cycle, with an on that follows. A resume within LATE_S before the off may still
    have been on its way to frugald."""
    found = []
    for off in commands_that_cut(world):
        at, node = off["wall_s"], off["node"]
        calls = [h for h in world.of("world_hook", node=node) if h["wall_s"] < at]
        suspends = [h["wall_s"] for h in calls if h["verb"] == "suspend"]
        resumes = [h["wall_s"] for h in calls if h["verb"] == "resume"]
        last_suspend, last_resume = (max(times, default=0) for times in (suspends, resumes))
        in_time = at - last_suspend <= suspend_timeout - margin + LATE_S
        overtaken = last_suspend < last_resume < at - LATE_S
        ons = [e for e in world.of("world_bmc", node=node, command="on") if e["wall_s"] > at]
        if not (in_time and not overtaken) and not (last_resume > last_suspend and ons):
            found.append(f"{off['command']} of {node} at {at:.2f}: {at - last_suspend:.2f} s after the last"
                         f" suspend, {at - last_resume:.2f} s after the last resume, {len(ons)} on after it")
    return found


def downs_without_excuse(world, resume_timeout, troubles):
    """A node that went DOWN though neither its BMC nor slurmctld nor frugald was in trouble within
    the resume that ended so. `troubles`: (node or None for all, from, to)."""
    excused, found, down_before = 0, [], {}
    for entry in world.of("world_slurm"):
        node, down = entry["node"], entry["state"].startswith("DOWN")
        if down and not down_before.get(node):
            since = entry["wall_s"] - resume_timeout - 10
            reasons = [t for t in troubles if t[0] in (None, node) and t[1] < entry["wall_s"]
                       and t[2] > since]
            excused += bool(reasons)
            if not reasons:
                found.append(f"{node} {entry['state']} at {entry['wall_s']:.2f}")
        down_before[node] = down
    return excused, found
