"""X1: hostile nodesets, names and reasons change nothing outside, and are harmless where they are shown."""
import http.client
import json
import re
import socket
import subprocess

from rig import BIN, Rig, main


class OnSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("frugald")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def ask(rig, method, path, body=None):
    connection = OnSocket(rig.dir / "run/api.sock")
    try:
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError as failure:  # an answer that came before the request was read
        return 0, str(failure)
    finally:
        connection.close()


def hostile_texts(rig):
    bomb = rig.dir / "pwned"
    return [f"$(touch {bomb})", f"`touch {bomb}`", f"n1; touch {bomb}", f"n1 | touch {bomb}",
            f"n1\ntouch {bomb}", "-o../x", "../../etc/passwd", "%s%s%n%x{}{0}", "{:1000000000}",
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "n1\x1b[2J\x1b]0;x\x07",
            "n1\r<3>forged: all is well", "n1\n<0>forged: all is well", "\u202egnp.exe", "n[1-", "n1]",
            "n[0-18446744073709551616]", "n[1-1000]m[1-1000]k[1-1000]", "n[9-1]", "n[01-2]", ",", "' OR 1=1 --"]


def control_characters(text):
    return re.findall(r"[\x00-\x09\x0b-\x1f\x7f]", text)


def forged_lines(log):
    return [line for line in log.split("\n") if line and not re.match(r"<[3-7]>[^<]", line)]


def check_surroundings(rig, before):
    assert not (rig.dir / "pwned").exists()
    assert sorted(path.name for path in rig.dir.iterdir()) == before, list(rig.dir.iterdir())
    assert "off" not in rig.control("log") and "cycle" not in rig.control("log")
    metrics = rig.get("/metrics")
    assert not control_characters(metrics)
    for line in metrics.splitlines():
        assert re.match(r"# (HELP|TYPE) \w+ |\w+(\{([a-z_]+=\"([^\"\\]|\\.)*\",?)*\})? \S+$", line), line
    assert "alert(1)" not in metrics and "touch" not in metrics
    for path in ("/api/v1/nodes", "/api/v1/status", "/api/v1/events?most=10000", "/api/v1/why/n1"):
        answer = rig.get(path)
        json.loads(answer)
        assert not control_characters(answer), path


def names_and_nodesets():
    "X1: hostile nodesets by hook, API and command line are refused, and nothing else happens"
    with Rig() as rig:
        rig.start_room()
        rig.listen_as_journal()
        for verb in ("suspend", "resume", "resume-fail"):
            (rig.dir / verb).symlink_to(BIN / "frugald-hook")
        rig.write("hook.conf", f"socket={rig.dir}/run/hook.sock\nspool={rig.dir}/spool\n")
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        before = sorted(path.name for path in rig.dir.iterdir())
        for text in hostile_texts(rig):
            for verb in ("suspend", "resume", "resume-fail"):
                done = subprocess.run([rig.dir / verb, text], capture_output=True, timeout=60)
                # "n1,,": slurmctld's own dialect allows empty items, so "," alone names nothing.
                assert done.returncode == 2, (verb, text, done)
            for path, body in (("/api/v1/power", {"nodes": text, "action": "off", "reason": "x"}),
                               ("/api/v1/cap", {"nodes": text, "limit_watts": 300, "reason": "x"}),
                               ("/api/v1/hold", {"nodes": text, "reason": "x"})):
                status, answer = ask(rig, "POST", path, body)
                assert status == 400, (path, text, status, answer)
                assert not control_characters(answer), answer
            for arguments in (("nodes", text), ("power", "off", text, "--reason", "x", "-y")):
                done = rig.ctl("--", *arguments) if text.startswith("-") else rig.ctl(*arguments)
                assert done.returncode in (1, 2), (text, done)
                assert "\x1b" not in done.stdout + done.stderr, done
        long = "n" * 1_000_000
        assert ask(rig, "POST", "/api/v1/hold", {"nodes": long, "reason": "x"})[0] in (0, 400, 413)
        check_surroundings(rig, before)
        rig.stop()
        assert not control_characters(rig.log()), control_characters(rig.log())
        assert not forged_lines(rig.log()), forged_lines(rig.log())[:3]


def reasons():
    "X1: hostile reasons are kept as text, and are harmless in log, journal, metrics, API and terminal"
    with Rig() as rig:
        rig.start_room()
        rig.listen_as_journal()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        before = sorted(path.name for path in rig.dir.iterdir())
        for text in hostile_texts(rig):
            status, answer = ask(rig, "POST", "/api/v1/hold", {"nodes": "n1", "reason": text})
            assert status in (200, 400), (text, status, answer)
            status, _ = ask(rig, "POST", "/api/v1/hold", {"nodes": "n1", "release": True, "reason": text})
            assert status in (200, 400), (text, status)
        status, answer = ask(rig, "POST", "/api/v1/hold", {"nodes": "n1", "reason": "r" * 1_000_000})
        assert status in (0, 400, 413), (status, answer[:200])
        check_surroundings(rig, before)
        for verb in (("events",), ("why", "n1"), ("audit", "show"), ("nodes",), ("status",)):
            done = rig.ctl(*verb)
            assert done.returncode == 0, done
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", done.stdout), (verb, done.stdout)
        for line in rig.ctl("audit", "export").stdout.splitlines():
            json.loads(line)
            assert not control_characters(line), line
        assert rig.ctl("audit", "verify").returncode == 0
        rig.stop()
        assert not control_characters(rig.log()) and not forged_lines(rig.log())
        for entry in rig.journal_entries():
            assert not control_characters(entry), entry
            assert all(re.match(r"[A-Z_]+=", line) for line in entry.splitlines()), entry
            assert entry.count("MESSAGE=") == 1 or "forged" not in entry, entry


def page_shows_text_as_text():
    "X1: the page puts what it is told into the document as text, never as markup"
    with Rig() as rig:
        rig.start_room()
        rig.start()
        script = rig.get("/page.js")
        for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert dangerous not in script, dangerous
        assert "textContent" in script


def no_shell():
    "X1: neither daemon nor hook starts anything for a hostile nodeset"
    with Rig() as rig:
        (rig.dir / "suspend").symlink_to(BIN / "frugald-hook")
        rig.write("hook.conf", f"socket={rig.dir}/run/hook.sock\nspool={rig.dir}/spool\n")
        trace = rig.dir / "trace"
        command = ["strace", "-f", "-o", str(trace), "-e", "trace=execve", str(rig.dir / "suspend"),
                   f"$(touch {rig.dir}/pwned)"]
        try:
            subprocess.run(command, capture_output=True, timeout=60)
        except FileNotFoundError:
            print("SKIPPED: there is no strace here")
            return
        if "execve" not in (trace.read_text() if trace.exists() else ""):
            print("SKIPPED: strace cannot trace here")
            return
        assert trace.read_text().count("execve(") == 1, trace.read_text()
        assert not (rig.dir / "pwned").exists()


main([names_and_nodesets, reasons, page_shows_text_as_text, no_shell])
