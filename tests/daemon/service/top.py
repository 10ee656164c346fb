"""frugalctl top on a terminal: paints, obeys, outlives the daemon, and leaves the terminal as it was."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from rig import BIN, Rig, main

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    "frugalctl on a pseudo-terminal of its own"

    def __init__(self, rig, *words, rows=24, columns=100):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        self.text = ""

        def become_foreground():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [str(BIN / "frugalctl"), "--socket", str(rig.dir / "run/api.sock"), "top", *words],
            stdin=self.slave, stdout=self.slave, stderr=self.slave, preexec_fn=become_foreground,
            env={**os.environ, "TERM": "xterm"})
        rig.processes.append(self.process)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while select.select([self.master], [], [], 0)[0]:
            try:
                self.text += os.read(self.master, 65536).decode()
            except OSError:
                return self.text
        return self.text

    def screen(self):
        "the last picture, line by line"
        pictures = self.read().split("\x1b[H")
        whole = [p for p in pictures[1:] if "\x1b[J" in p]
        if not whole:
            return []
        last = whole[-1].split("\x1b[J")[0]
        return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in last.replace("\r", "").split("\n")]

    def nodes(self):
        return [line.split()[0] for line in self.screen() if re.match(r"n\d", line)]

    def type(self, keys):
        os.write(self.master, keys.encode())

    def ends(self, rig, code=0):
        rig.until(lambda: (self.read(), self.process.poll() is not None)[1], "top to end", 5)
        self.read()  # its last words
        assert self.process.returncode == code, self.process.returncode
        assert self.text.count(ENTER) == self.text.count(LEAVE) > 0, repr(self.text[-300:])
        assert self.text.rindex(LEAVE) > self.text.rindex(ENTER)
        assert "\x1b[?25h" in self.text
        assert termios.tcgetattr(self.slave) == self.before, "the terminal's mode"
        assert not fcntl.fcntl(self.slave, fcntl.F_GETFL) & os.O_NONBLOCK


def measured(rig):
    rig.start_room()
    for name, watts in (("n1", 200), ("n2", 400), ("n3", 300)):
        rig.control("watts", name, str(watts))
    rig.control("fault", "n4", "dead")
    rig.start()
    rig.until(lambda: all(rig.node(n)["power"] for n in ("n1", "n2", "n3")), "watts")


def on_a_terminal():
    "sorted by watts, unknown last and as ?, keys change the order, q ends"
    with Rig() as rig:
        measured(rig)
        top = Terminal(rig, "-d", "0.3")
        rig.until(lambda: top.nodes() == ["n2", "n3", "n1", "n4"], "the nodes by watts")
        screen = top.screen()
        assert "by watts" in screen[0] and " of 4 nodes" in screen[1], screen
        assert re.match(r"n2 +4\d\d|n2 +39\d", screen[3]) and re.match(r"n4 +\?", screen[6]), screen
        top.type("n")
        rig.until(lambda: top.nodes() == ["n1", "n2", "n3", "n4"], "the nodes by name")
        top.type("w")
        rig.control("watts", "n1", "500")
        rig.until(lambda: top.nodes() == ["n1", "n2", "n3", "n4"] and "by watts" in top.screen()[0],
                  "a new order")
        top.type("q")
        top.ends(rig)


def every_exit():
    "Ctrl-C, TERM, HUP and QUIT leave the alternate screen and restore the terminal"
    with Rig() as rig:
        measured(rig)
        for end in ("\x03", signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT):
            top = Terminal(rig, "-d", "60")
            rig.until(lambda: len(top.nodes()) == 4, "a picture")
            top.type(end) if isinstance(end, str) else top.process.send_signal(end)
            top.ends(rig)


def resized():
    "a new size is painted at once, and nothing is wider or longer than the screen"
    with Rig() as rig:
        measured(rig)
        top = Terminal(rig, "-d", "60")
        rig.until(lambda: len(top.nodes()) == 4, "a picture")
        top.resize(5, 20)
        top.process.send_signal(signal.SIGWINCH)
        rig.until(lambda: len(top.nodes()) == 2, "a smaller picture", 5)
        assert all(len(line) <= 20 for line in top.screen()), top.screen()
        top.resize(1, 3)
        top.process.send_signal(signal.SIGWINCH)
        rig.until(lambda: len(top.screen()) == 1, "a tiny picture", 5)
        top.type("q")
        top.ends(rig)


def stopped_and_continued():
    "Ctrl-Z gives the terminal back, fg takes it again"
    with Rig() as rig:
        measured(rig)
        top = Terminal(rig, "-d", "60")
        rig.until(lambda: len(top.nodes()) == 4, "a picture")
        top.process.send_signal(signal.SIGTSTP)
        rig.until(lambda: "State:\tT" in open(f"/proc/{top.process.pid}/status").read(), "a stop")
        assert top.read().endswith(LEAVE), repr(top.text[-100:])
        assert termios.tcgetattr(top.slave) == top.before
        top.process.send_signal(signal.SIGCONT)
        rig.until(lambda: top.read().count(ENTER) == 2 and len(top.nodes()) == 4, "a picture")
        top.type("q")
        top.ends(rig)


def daemon_dies():
    "the daemon dies: top says so, keeps the old picture, and goes on when it is back"
    with Rig() as rig:
        measured(rig)
        top = Terminal(rig, "-d", "0.3", columns=160)
        rig.until(lambda: len(top.nodes()) == 4, "a picture")
        rig.daemon.kill()
        rig.daemon.wait()
        rig.until(lambda: len(top.screen()) > 2 and "trying again" in top.screen()[2], "the news")
        assert "OLD" in top.screen()[2] and len(top.nodes()) == 4
        rig.start()
        rig.until(lambda: "trying again" not in top.screen()[2], "the daemon's return")
        rig.daemon.send_signal(signal.SIGSTOP)  # alive, and silent: keys are obeyed all the same
        time.sleep(0.6)
        top.type("q")
        top.ends(rig)
        rig.daemon.send_signal(signal.SIGCONT)


def not_a_terminal():
    "into a pipe: one picture and the end; with --json an object per refresh"
    with Rig() as rig:
        measured(rig)
        done = rig.ctl("top")
        assert done.returncode == 0 and "\x1b" not in done.stdout, done
        assert [l.split()[0] for l in done.stdout.splitlines()[3:]] == ["n2", "n3", "n1", "n4"]
        done = rig.ctl("top", "--json", "-d", "0.2", "-c", "2", "-n", "1")
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert [o["nodes"][0]["node"] for o in objects] == ["n2", "n2"], done


if __name__ == "__main__":
    main([on_a_terminal, every_exit, resized, stopped_and_continued, daemon_dies, not_a_terminal])
