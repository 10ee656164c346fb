"""What frugald does among 10,000 nodes, and what it costs; scale.sh has set the lab up."""
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request

from world import run

LAB, BIN = os.environ["LAB"], os.environ["BIN"]
HERE = os.path.dirname(os.path.abspath(__file__))
REAL = "c[00001-00050]"
BEGUN = time.time()
failures = 0


def say(text):
    print(f"{time.time() - BEGUN:7.1f}  {text}", flush=True)


def ok(what, fact):
    global failures
    failures += not fact
    say(f"{'ok   ' if fact else 'FAIL '} {what}")


def lab(*words):
    return run(os.path.join(HERE, "lab.sh"), *words, timeout=120)


def frugalctl(*words):
    return run(os.path.join(BIN, "frugalctl"), *words, timeout=60)


def hook(verb, nodes):
    return subprocess.call([os.path.join(LAB, "bin", verb), nodes])


def within(seconds, fact):
    end = time.time() + seconds
    while not fact():
        if time.time() > end:
            return False
        time.sleep(0.2)
    return True


def commands(since):
    """(time, node, command) of what the BMCs have received."""
    lines = [line.split() for line in (lab("room", "log") or "").splitlines()]
    return [(float(w[0]), w[1], w[4]) for w in lines
            if w[3] == "chassis_control" and float(w[0]) > since]


def database():
    return sqlite3.connect(f"file:{LAB}/frugald/frugald.db?mode=ro", uri=True, timeout=10)


def decided(since):
    """(node, action) of the commands in frugald's audit. A BMC may receive one twice: while
    50 slurmds start on this machine, answers take longer than a packet is waited for, and it is sent again."""
    with database() as store:
        lines = store.execute("SELECT node, line FROM audit WHERE at_ms > ?", (int(since * 1000),)).fetchall()
    entries = [(node, json.loads(line)) for node, line in lines]
    return sorted((node, entry["action"]) for node, entry in entries if entry["kind"] == "command")


def shows(nodes, state):
    text = run("sinfo", "-h", "-n", nodes, "-o", "%T")
    return text is not None and set(text.split()) == {state}


def percentile(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * percent // 100)]


def cost(process):
    """Resident megabytes, processor seconds."""
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        words = file.read().rpartition(")")[2].split()
    hertz = os.sysconf("SC_CLK_TCK")
    return int(words[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20, (int(words[11]) + int(words[12])) / hertz


def metrics():
    with urllib.request.urlopen("http://127.0.0.1:18999/metrics", timeout=10) as answer:
        return answer.read().decode()


def start_frugald():
    """Seconds until READY=1, as systemd sees it."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    path = os.path.join(LAB, "run/notify.sock")
    if os.path.exists(path):
        os.unlink(path)
    notify.bind(path)
    notify.settimeout(60)
    begun = time.time()
    with open(os.path.join(LAB, "log/frugald.log"), "a", encoding="utf-8") as log:
        process = subprocess.Popen([os.path.join(BIN, "frugald"), "--config",
                                    os.path.join(LAB, "etc/frugald.toml")], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, env={**os.environ, "NOTIFY_SOCKET": path},
                                   start_new_session=True)
    while b"READY=1" not in notify.recv(4096):
        pass
    took = time.time() - begun
    with open(os.path.join(LAB, "run/frugald.pid"), "w", encoding="utf-8") as file:
        file.write(f"{process.pid}\n")
    return process, took, begun


def start():
    process, took, begun = start_frugald()
    ok(f"5,120 nodes configured, Slurm has 10,000: READY after {took:.2f} s (2 allowed)", took <= 2)
    measured = within(60, lambda: "\nfrugald_nodes_measured 5120" in metrics())
    ok(f"all are measured, {time.time() - begun:.1f} s after the start", measured)
    time.sleep(max(0, begun + 12 - time.time()))
    ok("no command was sent because it started", not commands(begun))
    return process


def sleep_and_wake(process):
    ok("50 slurmds serve", within(120, lambda: shows(REAL, "idle")))
    memory, used = cost(process.pid)
    begun = time.time()
    run("scontrol", "update", f"nodename={REAL}", "state=power_down_asap", "reason=scale")
    ok("50 of 10,000 nodes are suspended", within(90, lambda: shows(REAL, "idle~")))
    offs = [c for c in commands(begun) if c[2] == "off"]
    ok(f"by one off each, the last {max(o[0] for o in offs) - begun if offs else 0:.1f} s after the request",
       len(offs) == 50 == len({o[1] for o in offs}))
    begun = time.time()
    output = run("srun", "-N50", "-w", REAL, "printenv", "SLURMD_NODENAME", timeout=150) or ""
    ok(f"a job on all 50 wakes them and runs ({time.time() - begun:.0f} s)", len(set(output.split())) == 50)
    sent = decided(begun)
    ok(f"by one on each ({len(sent)} commands)", sent == [(f"c{i:05d}", "on") for i in range(1, 51)])
    received = [c[2] for c in commands(begun) if c[1] <= "c00050"]
    ok(f"and the BMCs have received nothing else ({len(received)} packets)", set(received) == {"on"})
    now_memory, now_used = cost(process.pid)
    say(f"figure  frugald meanwhile: {now_memory:.0f} MB (before: {memory:.0f}), "
        f"{now_used - used:.1f} s of processor time in {time.time() - begun:.0f} s and before")


def latencies(since, nodes):
    """Milliseconds from the hook's call to the command at the BMC."""
    with database() as store:
        asked = dict(store.execute("SELECT node, max(asked_ms) FROM action WHERE action = 'hook-resume'"
                                   " AND asked_ms > ? GROUP BY node", (int(since * 1000),)))
    ons = {node: at for at, node, command in reversed(commands(since)) if command == "on"}
    return [1000 * ons[node] - asked[node] for node in nodes if node in ons and node in asked]


def burst(what, names, call):
    begun = time.time()
    call()
    within(30, lambda: len({c[1] for c in commands(begun)}) >= len(names))
    took = latencies(begun, names)
    ok(f"{what}: all {len(names)} are switched on", len(took) == len(names))
    if took:
        p95 = percentile(took, 95)
        say(f"figure  resume request to BMC command, {what}: p50 {percentile(took, 50):.0f} ms, "
            f"p95 {p95:.0f} ms, longest {max(took):.0f} ms")
        ok("p95 is at most 500 ms", p95 <= 500)


def resumes():
    names = [f"c{i:05d}" for i in range(1000, 1064)]
    burst("64 hooks at once", names,
          lambda: run(sys.executable, "-B", os.path.join(HERE, "hooks.py"), "burst",
                      os.path.join(LAB, "bin/resume"), "64", "c0{}", "1000"))
    names = [f"c{i:05d}" for i in range(1101, 1165)]
    burst("one power_up of 64 nodes", names,
          lambda: run("scontrol", "update", "nodename=c[01101-01164]", "state=power_up"))


def storm(first):
    """200 suspends in twenty calls, for a second: nodes that Slurm believes off and that are on."""
    for group in range(first, first + 200, 10):
        hook("suspend", f"c[{group:05d}-{group + 9:05d}]")
        time.sleep(0.05)


def kill_switch(what, first, hold, release):
    nodes = f"c[{first:05d}-{first + 199:05d}]"
    lab("room", "fault", nodes, "delay", "100")
    time.sleep(6)
    begun = time.time()
    calls = threading.Thread(target=storm, args=(first,))
    calls.start()
    time.sleep(0.5)
    hold()
    held = time.time()
    calls.join()
    time.sleep(5)
    sent = [c for c in commands(begun) if c[2] == "off"]
    last = max((c[0] for c in sent), default=0) - held
    ok(f"{what} in a storm of 200 suspends: {len(sent)} offs sent, the last {last:+.2f} s after it (+1 allowed)",
       sent and last <= 1)
    ok("it came in the middle", len(sent) < 190)
    lab("room", "clear", nodes)
    time.sleep(20)  # SuspendTimeout: what was held is not sent late
    release()
    time.sleep(3)
    ok("released: nothing is sent late", len([c for c in commands(begun) if c[2] == "off"]) == len(sent))


def main():
    process = start()
    sleep_and_wake(process)
    resumes()
    hold_file = os.path.join(LAB, "run/HOLD")
    kill_switch("frugalctl hold all", 101,
                lambda: frugalctl("hold", "all", "--reason", "scale"), lambda: frugalctl("release", "all"))
    kill_switch("touch HOLD", 301, lambda: open(hold_file, "w", encoding="utf-8").close(),
                lambda: os.unlink(hold_file))
    memory, used = cost(process.pid)
    say(f"figure  frugald at the end: {memory:.0f} MB, {used:.1f} s of processor time in {time.time() - BEGUN:.0f} s")
    sys.exit(failures > 0)


main()
