"""frugalctl doctor asks a running frugald, finds what is planted, and says where to look without one."""
import json

from rig import Rig, main


def findings(rig):
    done = rig.ctl("doctor", "--json")
    return {f["id"]: f for f in json.loads(done.stdout)["findings"]}, done.returncode


def planted_mistakes_are_found():
    "what is planted is found, with figure and fix; what is in order is not complained about"
    with Rig() as rig:
        rig.configure(guard='mode = "observe"')
        (rig.dir / "spool").chmod(0o777)
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n4")["power"], "a reading of n4")
        found, code = findings(rig)
        assert code == 1
        assert found["spool-directory"]["level"] == "fail", found["spool-directory"]
        assert "0777" in found["spool-directory"]["text"]
        assert "chmod" in found["spool-directory"]["fix"]
        assert found["slurm-answers"]["level"] == "unknown"
        for name in ("secrets-file", "state-directory", "bmc-missing", "bmc-never-answered",
                     "bmc-addresses", "node-power", "stale-readings", "kill-switch", "hold-file",
                     "database", "plugins", "last-reload", "managed-nodes", "hook-socket"):
            assert found[name]["level"] == "ok", found[name]
        assert "4 nodes" in found["managed-nodes"]["text"]
        text = rig.ctl("doctor")
        assert text.returncode == 1 and text.stdout.startswith("fail "), text.stdout
        assert "kill-switch" not in text.stdout
        assert f"{len(found)} checks: " in text.stdout
        assert "kill-switch" in rig.ctl("doctor", "-v").stdout

        (rig.dir / "run/HOLD").touch()
        (rig.dir / "spool").chmod(0o1733)
        rig.until(lambda: findings(rig)[0]["hold-file"]["level"] == "warn", "HOLD to be found")
        found, code = findings(rig)
        assert found["spool-directory"]["level"] == "ok", found["spool-directory"]
        rig.until(lambda: findings(rig)[0]["kill-switch"]["level"] == "warn", "the switch")


def swapped_and_silent_bmcs_are_found():
    "two names of one BMC, and a BMC that is not there"
    with Rig() as rig:
        rig.configure(group="", more=f"""
[[ipmi.group]]
nodes = "x1"
bmc = "localhost"
port = {rig.port + 1 if rig.port < 65535 else rig.port - 1}
user = "admin"
secret = "bmc"
[[ipmi.group]]
nodes = "x2"
bmc = "127.0.0.1"
port = {rig.port + 1 if rig.port < 65535 else rig.port - 1}
user = "admin"
secret = "bmc"
cipher_suites = [17, 3]
""")
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n4")["power"], "a reading of n4")
        found, _ = findings(rig)
        assert found["bmc-addresses"]["level"] == "fail", found["bmc-addresses"]
        assert "x[1-2]" in found["bmc-addresses"]["text"]
        assert found["bmc-never-answered"]["level"] == "fail"
        assert "x[1-2]" in found["bmc-never-answered"]["text"]
        assert found["bmc-cipher-suites"]["level"] == "warn"
        assert "x2" in found["bmc-cipher-suites"]["text"]


def without_a_daemon():
    "no daemon: exit 3, and where to look"
    with Rig() as rig:
        done = rig.ctl("doctor")
        assert done.returncode == 3, done
        for part in ("systemctl status frugald", "journalctl -u frugald", "--check-config"):
            assert part in done.stderr, done.stderr


main([planted_mistakes_are_found, swapped_and_silent_bmcs_are_found, without_a_daemon])
