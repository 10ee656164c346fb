"""Calls of Slurm's hook programs, many at once or cut short.

    hooks.py burst PROGRAM COUNT PATTERN [FIRST]    COUNT processes at once, {} in PATTERN is their
                                                    number, from FIRST (1)
    hooks.py kill PROGRAM COUNT NODES SEED  one after the other, each killed after 0 to 6 ms

burst prints "accepted A spooled S failed F p50_ms P p95_ms P p99_ms P first_s T last_s T"; kill prints
"killed K finished F".
"""
import os
import random
import subprocess
import sys
import time


def burst(program, count, pattern, first=1):
    """Children are forked first and wait for one byte, so that they start together."""
    gate_read, gate_write = os.pipe()
    report_read, report_write = os.pipe()
    children = []
    for number in range(first, first + count):
        child = os.fork()
        if child == 0:
            os.close(gate_write)
            os.read(gate_read, 1)  # returns at the end of the pipe, for all at once
            begun = time.time()
            code = os.spawnv(os.P_WAIT, program, [program, pattern.replace("{}", str(number))])
            os.write(report_write, f"{code} {begun:.6f} {time.time():.6f}\n".encode())
            os._exit(0)
        children.append(child)
    os.close(gate_read)
    os.close(report_write)
    os.close(gate_write)
    text = b""
    while chunk := os.read(report_read, 65536):
        text += chunk
    for child in children:
        os.waitpid(child, 0)
    calls = [line.split() for line in text.decode().splitlines()]
    codes = [call[0] for call in calls]
    took = sorted(1000 * (float(call[2]) - float(call[1])) for call in calls)
    parts = [f"{name} {codes.count(code)}" for name, code in
             (("accepted", "0"), ("spooled", "1"), ("failed", "2"))]
    parts += [f"p{p}_ms {took[min(len(took) - 1, len(took) * p // 100)]:.0f}" for p in (50, 95, 99)]
    parts += [f"first_s {min(float(call[1]) for call in calls):.3f}",
              f"last_s {max(float(call[2]) for call in calls):.3f}"]
    print(" ".join(parts))


def kill(program, count, nodes, seed):
    chance = random.Random(seed)
    killed = 0
    for _ in range(count):
        called = subprocess.Popen([program, nodes])
        time.sleep(chance.uniform(0, 0.006))
        called.kill()
        killed += called.wait() < 0
        time.sleep(0.3)  # so that a call which got through is over: none counts as its repetition
    print(f"killed {killed} finished {count - killed}")


if sys.argv[1] == "burst":
    burst(sys.argv[2], int(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:]))
else:
    kill(sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
