"""frugalctl discover against a simulated room: table, flags, proposal, rate, Ctrl-C."""
import json
import os
import random
import select
import signal
import socket
import subprocess
import threading
import time

from rig import CANARY, BIN, Rig, main

ROOM = """
[room]
control = "{d}/room.sock"
[[bmcs]]
nodes = "c[1-4]"
address = "127.26.8.1"
port = {port}
password = "{password}"
manufacturer = 674
product = 256
[[bmcs]]
nodes = "old[1-2]"
address = "127.26.8.11"
port = {port}
password = "{password}"
suites = [3]
suite_0 = true
null_user = true
[[bmcs]]
nodes = "q1"
address = "127.26.8.21"
port = {port}
password = "{password}"
privilege_echo = true
"""
SPOILT = "127.26.8.200"
NODES, BMCS = "c[1-4],old[1-2],q1,gone", "127.26.8.[1-4,11-12,21,99]"


class Discovery(Rig):
    def __enter__(self):
        self.write("room.toml", ROOM.format(d=self.dir, port=self.port, password=CANARY))
        self.write("secret", CANARY + "\n", 0o600)
        self.start_room()
        return self

    def words(self, *more, nodes=NODES, bmcs=BMCS, port=None):
        return ["frugalctl", "discover", nodes, "--bmc", bmcs, "--port", port or self.port, *more]

    def credentials(self):
        return ["--user", "admin", "--secret-file", self.dir / "secret"]

    def clean(self):
        "no session is left, and nothing was changed"
        self.until(lambda: "sessions=1" not in self.control("status"), "closed sessions", 5)
        assert self.control("log").strip() == ""


def table_and_flags():
    "a table with model, suites, power, limit and flags; exit 1 because one is silent"
    with Discovery() as rig:
        rig.control("fault", "c1", "guid", "7")
        rig.control("fault", "c3", "guid", "7")
        rig.control("fault", "c4", "dcmi_off")
        done = rig.run(*rig.words(*rig.credentials()))
        assert done.returncode == 1, done
        rows = {line.split()[0]: line for line in done.stdout.splitlines()}
        assert list(rows) == ["NODE", "c1", "c2", "c3", "c4", "old1", "old2", "q1", "gone"]
        assert "Dell 256" in rows["c2"] and "dcmi" in rows["c2"] and rows["c2"].endswith("yes")
        assert "duplicate GUID (same as c3)" in rows["c1"]
        assert "sdr" in rows["c4"] and rows["c4"].endswith("no")
        assert rows["old1"].endswith("cipher suite 0 enabled; null user; only suite 3")
        assert rows["q1"].endswith("needs opensesspriv")
        assert rows["gone"].endswith("no answer")
        assert "7 of 8 BMCs answered and let us in" in done.stderr
        assert CANARY not in done.stdout + done.stderr
        rig.clean()


def proposal():
    "the proposal passes frugald --check-config, and frugald measures with it"
    with Discovery() as rig:
        (rig.dir / "conf.d").mkdir(exist_ok=True)
        output = rig.dir / "conf.d" / "bmcs.toml"
        done = rig.run(*rig.words(*rig.credentials(), "--output", output))
        assert done.returncode == 1 and "a configuration for 7 nodes" in done.stderr, done
        text = output.read_text()
        assert CANARY not in text and "gone: no answer" in text
        rig.write("frugald.toml", f"""
[daemon]
state_directory = "{rig.dir}/state"
runtime_directory = "{rig.dir}/run"
spool_directory = "{rig.dir}/spool"
secrets_file = "{rig.dir}/secrets.toml"
[access]
http_listen = "127.0.0.1:{rig.http}"
""")
        checked = rig.check_config()
        assert checked.returncode == 0, checked
        output.write_text(text.replace("workarounds =", "interval_s = 1\nworkarounds ="))
        rig.start()
        rig.until(lambda: all(n["power"] for n in json.loads(rig.get("/api/v1/nodes"))["nodes"]),
                  "watts of all nodes", 30)
        assert len(json.loads(rig.get("/api/v1/nodes"))["nodes"]) == 7
        rig.stop()
        again = rig.run(*rig.words("--output", output))
        assert again.returncode == 2 and "exists" in again.stderr, again
        assert output.read_text().startswith(text[:200])


def without_credentials():
    "without credentials: session-less facts, said so, and a proposal that is valid too"
    with Discovery() as rig:
        output = rig.dir / "conf.d" / "bmcs.toml"
        done = rig.run(*rig.words("-o", output, nodes="c[1-4],q1", bmcs="127.26.8.[1-4,21]"))
        assert done.returncode == 0, done
        assert "only what they tell anybody" in done.stderr
        assert "No credentials were given" in output.read_text()
        assert 'workarounds = ["opensesspriv"]' in output.read_text()
        rig.write("frugald.toml", f'[daemon]\nstate_directory = "{rig.dir}/state"\n'
                                  f'secrets_file = "{rig.dir}/secrets.toml"\n')
        checked = rig.check_config()
        assert checked.returncode == 0, checked
        rig.clean()


def for_programs():
    "--json is one object with all facts"
    with Discovery() as rig:
        done = rig.run(*rig.words("--json", *rig.credentials()))
        facts = json.loads(done.stdout)
        assert facts["schema"] == "frugald/1" and not facts["interrupted"]
        by_name = {bmc["node"]: bmc for bmc in facts["bmcs"]}
        assert by_name["c1"]["power"]["path"] == "dcmi" and by_name["c1"]["flags"] == []
        assert by_name["c1"]["power_limit"]["answers"] is True
        assert by_name["old1"]["open_session_suite_0"]["accepted"] is True
        assert by_name["gone"]["answered"] is False and by_name["gone"]["guid"] is None
        assert len({bmc["guid"] for bmc in by_name.values()}) == 8
        assert CANARY not in done.stdout


def wrong_usage():
    "mistakes end with 2 and name the remedy; the password is never shown"
    with Discovery() as rig:
        loose = rig.write("loose", CANARY, 0o644)
        for words, said in [
            (rig.words("--user", "admin"), "--secret-file"),
            (rig.words("--user", "admin", "--secret-file", loose), "chmod 0600"),
            (rig.words("--user", "admin", "--secret-file", rig.dir / "none"), "none"),
            (rig.words(bmcs="127.26.8.[1-3]"), "3 different BMCs for 8 nodes"),
            (rig.words(nodes="c[1-"), "quote nodesets"),
            (rig.words("--rate", "0"), "rate"),
            (rig.words("--user", "", "--secret-file", rig.dir / "secret"), "user"),
            (rig.words("--user", "a" * 17, "--secret-file", rig.dir / "secret"), "16 bytes"),
        ]:
            done = rig.run(*words)
            assert done.returncode == 2 and said in done.stderr, (words, done)
            assert CANARY not in done.stdout + done.stderr


def wrong_password():
    "a wrong password is tried once per BMC, and named"
    with Discovery() as rig:
        rig.write("secret", "wrong\n", 0o600)
        output = rig.dir / "p.toml"
        done = rig.run(*rig.words(*rig.credentials(), "-o", output, nodes="c[1-2]",
                                  bmcs="127.26.8.[1-2]"))
        assert done.returncode == 1 and "does not accept the password" in done.stdout, done
        assert "nothing is proposed" in done.stderr and not output.exists()


def silent_addresses():
    "1,000 addresses, 996 silent: as fast as the rate allows"
    with Discovery() as rig:
        begun = time.monotonic()
        process = subprocess.Popen(
            [str(BIN / "frugalctl"), *map(str, rig.words(
                "--json", "--rate", "1000", nodes="c[1-1000]",
                bmcs="127.26.8.[1-4]," + ",".join(f"127.26.{9 + i}.[1-249]" for i in range(4)))[1:])],
            stdout=subprocess.PIPE, text=True)
        facts = json.loads(process.communicate(timeout=60)[0])
        took = time.monotonic() - begun
        assert len(facts["bmcs"]) == 1000
        assert sum(bmc["answered"] for bmc in facts["bmcs"]) == 4
        assert 2.5 < took < 20, took  # 3 packets each at 1,000 per second


class Spoiler(threading.Thread):
    "between discovery and one BMC: every fourth answer is cut, lengthened or has bits flipped"

    def __init__(self, bmc):
        super().__init__(daemon=True)
        self.bmc, self.random, self.spoilt = bmc, random.Random(5), 0
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind((SPOILT, 0))
        self.port = self.front.getsockname()[1]
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def run(self):
        console = None
        while True:
            for ready in select.select([self.front, self.back], [], [])[0]:
                packet, source = ready.recvfrom(2048)
                if ready is self.front:
                    console = source
                    self.back.sendto(packet, self.bmc)
                else:
                    self.front.sendto(self.spoil(packet), console)

    def spoil(self, packet):
        kind = self.random.randrange(12)
        self.spoilt += kind < 3
        if kind == 0:
            return packet[:self.random.randrange(len(packet))]
        if kind == 1:
            return packet + self.random.randbytes(self.random.randrange(1, 900))
        if kind == 2:
            at = self.random.randrange(len(packet))
            return packet[:at] + bytes([packet[at] ^ 1 << self.random.randrange(8)]) + packet[at + 1:]
        return packet


def corrupt_packets():
    "B5 truncated, oversized and corrupt answers: no crash, no wrong fact"
    with Discovery() as rig:
        rig.control("watts", "c1", "321")
        one = dict(nodes="c1", bmcs="127.26.8.1")
        right = json.loads(rig.run(*rig.words("--json", *rig.credentials(), **one)).stdout)["bmcs"][0]
        spoiler = Spoiler(("127.26.8.1", rig.port))
        spoiler.start()
        good = 0
        for _ in range(5):
            done = rig.run(*rig.words("--json", *rig.credentials(), nodes="c1", bmcs=SPOILT,
                                      port=spoiler.port))
            assert done.returncode in (0, 1), done
            seen = json.loads(done.stdout)["bmcs"][0]
            for key in ("guid", "cipher_suites", "device"):
                assert seen[key] in (right[key], None), (key, seen[key])
            if seen["power"]:
                assert seen["power"]["watts"] in (right["power"]["watts"], None), seen["power"]
                good += seen["power"]["path"] == "dcmi"
        assert spoiler.spoilt > 6 and good > 0, (spoiler.spoilt, good)


def interrupted():
    "Ctrl-C: within 3 s, sessions closed, no process left, nothing written"
    with Discovery() as rig:
        rig.control("fault", "all", "delay", "100")
        output = rig.dir / "p.toml"
        process = subprocess.Popen(
            [str(BIN / "frugalctl"), *map(str, rig.words(*rig.credentials(), "-o", output)[1:])],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        rig.until(lambda: "sessions=1" in rig.control("status"), "a session")
        stopped = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        assert time.monotonic() - stopped < 3
        assert process.returncode == 1 and "interrupted" in errors, (process.returncode, errors)
        assert not output.exists()
        rig.clean()
        try:
            os.killpg(process.pid, 0)
            raise AssertionError("the helper is still there")
        except ProcessLookupError:
            pass


if __name__ == "__main__":
    main([table_and_flags, proposal, without_credentials, for_programs, wrong_usage,
          wrong_password, silent_addresses, corrupt_packets, interrupted])
