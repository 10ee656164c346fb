"""Bad input and broken surroundings: a clear message that names thing and remedy, others unaffected."""
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from rig import CANARY, BIN, Rig, main


def said(text, *words):
    for word in words:
        assert word in text, f"{word!r} is not in: {text}"


def unknown_key():
    "an unknown key at start: file, line, column, nearest key, exit 78"
    with Rig() as rig:
        rig.configure(guard='mode = "enforce"\nsettle_round = 3')
        checked = rig.check_config()
        assert checked.returncode == 78, checked
        said(checked.stderr, "frugald.toml:", "settle_round", "did you mean", "settle_rounds")
        daemon = rig.spawn("frugald", "frugald", "-c", rig.dir / "frugald.toml")
        assert daemon.wait(10) == 78


def every_mistake_at_once():
    "syntax, a malformed nodeset, a missing secret, an unknown plugin: named with their places"
    with Rig() as rig:
        rig.configure(top='never_touch = "n[1-2"')
        said(rig.check_config().stderr, "frugald.toml:", "never_touch", "n[1-2")
        rig.configure(group='secret = "twice"')
        assert rig.check_config().returncode == 78
        rig.configure(more="[ipmj]\nx = 1\n")
        said(rig.check_config().stderr, "ipmj", "ipmi")
        rig.configure()
        text = (rig.dir / "frugald.toml").read_text()
        rig.write("frugald.toml", text.replace('secret = "bmc"', 'secret = "nosuch"'))
        said(rig.check_config().stderr, "nosuch", "secrets.toml")
        (rig.dir / "secrets.toml").chmod(0o644)
        rig.configure()
        said(rig.check_config().stderr, "secrets.toml", "0644", "chmod")


def two_plugins():
    "a node that two plugins are to read is refused, with both named"
    with Rig() as rig:
        rig.configure(more='[[command.source]]\nname = "n1"\nkind = "node"\n'
                           'argv = ["/bin/true"]\n')
        said(rig.check_config().stderr, "n1 is in [", "[ipmi]", "[command]")


def unknown_profile():
    "an unknown PDU profile names the profile and those that exist"
    with Rig() as rig:
        rig.configure(more='[snmp]\n[[snmp.pdu]]\nname = "p"\nhost = "127.0.0.1"\n'
                           'profile = "apc-rpdu3"\nversion = "2c"\nsecret = "bmc"\n')
        said(rig.check_config().stderr, "apc-rpdu3", "apc-rpdu2")


def state_directory():
    "a state directory that cannot be written, and one that is in use"
    with Rig() as rig:
        rig.start_room()
        rig.configure(daemon="")
        rig.start()
        second = rig.run("frugald", "-c", rig.dir / "frugald.toml")
        assert second.returncode == 1
        said(second.stderr, "state", str(rig.daemon.pid))
        assert rig.get("/healthz"), "the first one is unharmed"
        rig.stop()
        rig.write("blocked", "a file where a directory is wanted")
        text = (rig.dir / "frugald.toml").read_text().replace("/state\"", "/blocked/state\"")
        rig.write("frugald.toml", text)
        refused = rig.run("frugald", "-c", rig.dir / "frugald.toml")
        assert refused.returncode == 1
        said(refused.stderr, "blocked/state")


def reload_all_or_nothing():
    "a broken reload keeps the old configuration and says so; a good one takes all of the new"
    with Rig() as rig:
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        rig.configure(guard='mode = "observe"\nwrong_key = 1')
        rig.daemon.send_signal(signal.SIGHUP)
        rig.until(lambda: "not reloaded" in rig.log(), "the refusal in the log")
        said(rig.log(), "wrong_key")
        rig.until(lambda: "frugald_config_last_reload_successful 0" in rig.get("/metrics"), "the metric")
        assert '"enforce"' in rig.get("/api/v1/status")
        rig.configure(guard='mode = "observe"')
        rig.daemon.send_signal(signal.SIGHUP)
        rig.until(lambda: '"observe"' in rig.get("/api/v1/status"), "the new mode")
        rig.until(lambda: "frugald_config_last_reload_successful 1" in rig.get("/metrics"), "the metric")
        rig.configure(guard='mode = "observe"', group="sensors = false")
        rig.daemon.send_signal(signal.SIGHUP)
        rig.until(lambda: rig.log().count("configuration reloaded") == 2, "the second reload")
        fresh = rig.node("n1")["last_answer"]
        rig.until(lambda: rig.node("n1")["last_answer"] != fresh, "polling by the new module")


def wrong_password_and_dead_bmc():
    "a wrong password and a dead BMC are named; their neighbours keep their rhythm"
    with Rig() as rig:
        rig.start_room()
        rig.control("fault", "n2", "dead")
        rig.configure(more="")
        text = (rig.dir / "frugald.toml").read_text()
        wrong = text[text.index("[[ipmi.group]]"):].replace('"bmc"', '"wrong"')
        wrong = wrong.replace("n[1-4]", "n4").replace("[1-4]", "4")
        text = text.replace('nodes = "n[1-4]"', 'nodes = "n[1-3]"').replace("[1-4]\"\nport", "[1-3]\"\nport")
        rig.write("frugald.toml", text + wrong)
        rig.start()
        rig.until(lambda: rig.node("n1")["power"] and rig.node("n3")["power"], "watts")
        rig.until(lambda: rig.node("n4").get("failure"), "the wrong password")
        rig.until(lambda: rig.node("n2").get("failure"), "the dead BMC")
        for name in ("n2", "n4"):
            node = rig.node(name)
            assert node["chassis"] == "unknown" and node["power"] is None, node
            said(node["failure"], name)
        seen = {rig.node("n1")["last_answer"] for _ in range(30) if not time.sleep(0.1)}
        assert len(seen) >= 3, seen
        rig.control("clear", "n2")
        rig.until(lambda: rig.node("n2")["power"], "n2 to come back", 70)


def garbage():
    "garbage from the network and on the sockets changes nothing"
    with Rig() as rig:
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        ports = subprocess.run(["ss", "-Hulnp"], capture_output=True, text=True).stdout
        mine = [line.split()[3] for line in ports.splitlines() if f"pid={rig.daemon.pid}," in line]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
            for where in mine:
                for size in (0, 1, 16, 64, 600, 1400):
                    noise.sendto(os.urandom(size), ("127.0.0.1", int(where.rsplit(":", 1)[1])))
        for message in (b"", b"x", b"FRH1" + os.urandom(400), os.urandom(5000)):
            with socket.socket(socket.AF_UNIX) as hook:
                hook.connect(str(rig.dir / "run/hook.sock"))
                try:
                    hook.sendall(message)
                    hook.shutdown(socket.SHUT_WR)
                    hook.recv(4096)
                except OSError:
                    pass
        for request in (b"\0" * 100, b"GET /" + b"a" * 20000, b"POST /api/v1/power HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", rig.http)) as web:
                try:
                    web.sendall(request)
                    web.shutdown(socket.SHUT_WR)
                    web.recv(4096)
                except OSError:
                    pass
        before = rig.node("n1")["last_answer"]
        rig.until(lambda: rig.node("n1")["last_answer"] != before, "the next reading")
        assert "off" not in rig.control("log")


def no_secret_leaks():
    "X3: the BMC password is found nowhere: logs, journal, API, metrics, audit, command line, environment, database"
    with Rig() as rig:
        rig.start_room()
        rig.listen_as_journal()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        rig.ctl("power", "off", "n1", "--reason", "canary", "--accept-job-loss")
        places = {path: rig.get(path) for path in ("/metrics", "/api/v1/nodes", "/api/v1/status",
                                                   "/api/v1/why/n1", "/api/v1/events", "/")}
        places["why"] = rig.ctl("why", "n1").stdout
        places["audit show"] = rig.ctl("audit", "show").stdout
        places["audit export"] = rig.ctl("audit", "export").stdout
        places["audit verify"] = rig.ctl("audit", "verify", "--json").stdout
        assert "schema" in places["audit verify"], places
        for name in ("cmdline", "environ"):
            path = f"/proc/{rig.daemon.pid}/{name}"
            if os.access(path, os.R_OK):
                places[name] = open(path, "rb").read().decode(errors="replace")
        rig.stop()
        places["log"] = rig.log()
        places["journal"] = "".join(rig.journal_entries())
        for file in filter(Path.is_file, (rig.dir / "state").rglob("*")):
            places[file.name] = file.read_bytes().decode(errors="replace")
        assert "canary" in places["why"], places["why"]
        for place, text in places.items():
            assert CANARY not in text, f"the password stands in {place}"


def foreign_plugin():
    "a plugin of another build is refused with both versions"
    with Rig() as rig:
        plugins = rig.dir / "plugins"
        plugins.mkdir()
        original = (BIN.parent / "lib/frugald/plugins/ipmi.so").read_bytes()
        version = rig.run("frugald", "--version").stdout.strip().encode()
        assert version in original
        (plugins / "ipmi.so").write_bytes(original.replace(version, version[:-1] + b"#"))
        (plugins / "text.so").write_text("no module")
        rig.configure(daemon=f'plugin_directory = "{plugins}"')
        listed = rig.run("frugald", "-c", rig.dir / "frugald.toml", "--list-plugins").stdout
        said(listed, "refused", version.decode(), version.decode()[:-1] + "#", "text")
        said(rig.check_config().stderr, "ipmi", version.decode())


main([unknown_key, every_mistake_at_once, two_plugins, unknown_profile, state_directory, reload_all_or_nothing,
      wrong_password_and_dead_bmc, garbage, no_secret_leaks, foreign_plugin])
