"""A simulated room and a frugald on it, in a directory of their own; ends what it started."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

BIN = Path(os.environ["FRUGALD_BIN"])
CANARY = "cAnaRy-9f3b7-pw"  # the BMCs' password; must be found nowhere


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rig:
    def __init__(self, nodes=4, address="127.26.7."):
        self.dir = Path(tempfile.mkdtemp(prefix="frugald-service-"))
        for name in ("state", "run", "spool", "conf.d"):
            (self.dir / name).mkdir()
        self.port, self.http = free_port(socket.SOCK_DGRAM), free_port()
        self.nodes, self.address = nodes, address
        self.processes = []
        self.journal = None
        self.write("secrets.toml", f'bmc = "{CANARY}"\nwrong = "not-the-password"\n', 0o600)
        self.write("room.toml", f"""
[room]
control = "{self.dir}/room.sock"
[[bmcs]]
nodes = "n[1-{nodes}]"
address = "{address}1"
port = {self.port}
password = "{CANARY}"
""")
        self.configure()

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()
        if self.journal:
            self.journal.close()
        if failed:
            for log in sorted(self.dir.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")
        shutil.rmtree(self.dir, ignore_errors=True)

    def write(self, name, text, mode=0o644):
        path = self.dir / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def configure(self, top="", guard='mode = "enforce"', group="", more="", daemon=""):
        d = self.dir
        last = self.nodes
        return self.write("frugald.toml", f"""
managed_nodes = "n[1-{last}]"
{top}
[daemon]
state_directory = "{d}/state"
runtime_directory = "{d}/run"
spool_directory = "{d}/spool"
secrets_file = "{d}/secrets.toml"
{daemon}
[access]
http_listen = "127.0.0.1:{self.http}"
[guard]
{guard}
[ipmi]
retransmit_ms = 200
[[ipmi.group]]
nodes = "n[1-{last}]"
bmc = "{self.address}[1-{last}]"
port = {self.port}
user = "admin"
secret = "bmc"
interval_s = 1
{group}
{more}
""")

    def spawn(self, name, *arguments):
        log = open(self.dir / f"{name}.log", "ab")
        process = subprocess.Popen([str(BIN / arguments[0]), *map(str, arguments[1:])],
                                   stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                   env=self.environment())
        self.processes.append(process)
        return process

    def environment(self):
        """systemd's journal of the machine gets nothing from a test."""
        there = {k: v for k, v in os.environ.items() if k != "JOURNAL_STREAM"}
        return there | {"FRUGALD_JOURNAL_SOCKET": str(self.dir / "journal")}

    def listen_as_journal(self):
        self.journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.journal.bind(str(self.dir / "journal"))
        self.journal.setblocking(False)

    def journal_entries(self):
        entries = []
        while True:
            try:
                entries.append(self.journal.recv(1 << 16).decode(errors="replace"))
            except BlockingIOError:
                return entries

    def start_room(self):
        self.room = self.spawn("room", "frugald-room", self.dir / "room.toml")
        self.until(lambda: "ready" in self.log("room"), "the room to be ready")

    def start(self):
        self.daemon = self.spawn("frugald", "frugald", "-c", self.dir / "frugald.toml")
        self.until(lambda: self.get("/healthz"), "frugald to answer")
        return self.daemon

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait(20)

    def run(self, *arguments):
        return subprocess.run([str(BIN / arguments[0]), *map(str, arguments[1:])], text=True,
                              capture_output=True, timeout=60)

    def check_config(self):
        return self.run("frugald", "-c", self.dir / "frugald.toml", "--check-config")

    def control(self, *words):
        done = self.run("frugald-room", "--control", self.dir / "room.sock", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ctl(self, *words):
        return self.run("frugalctl", "--socket", self.dir / "run/api.sock", *words)

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def node(self, name):
        return next(n for n in json.loads(self.get("/api/v1/nodes"))["nodes"] if n["node"] == name)

    def log(self, name="frugald"):
        path = self.dir / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def until(self, holds, what, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s for {what}")


def main(tests):
    failed = 0
    for test in tests:
        begun = time.monotonic()
        try:
            test()
            print(f"ok    {test.__doc__} ({time.monotonic() - begun:.1f} s)")
        except Exception as failure:  # each test counts, whatever broke
            failed += 1
            print(f"FAIL  {test.__doc__}: {failure!r}")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
