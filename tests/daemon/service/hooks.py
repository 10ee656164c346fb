"""S6: hooks while frugald is down, and what becomes of them when it is back."""
import subprocess
import time

from rig import BIN, Rig, main

HOOK_S = 2  # safety.md: with the daemon down
REPLAY_S = 5  # practice.md S6; twice that on a machine that is busy with other tests


def install(rig):
    for verb in ("suspend", "resume"):
        (rig.dir / verb).symlink_to(BIN / "frugald-hook")
    rig.write("hook.conf", f"socket={rig.dir}/run/hook.sock\nspool={rig.dir}/spool\n")


def call(rig, verb, nodes):
    begun = time.monotonic()
    done = subprocess.run([rig.dir / verb, nodes], capture_output=True, text=True, timeout=60)
    took = time.monotonic() - begun
    assert took < HOOK_S, f"{verb} took {took:.2f} s"
    return done.returncode


def spooled(rig):
    return sorted(path.name for path in (rig.dir / "spool").glob("*.msg"))


def replay():
    "S6: without the daemon both are kept within two seconds; a resume is done when it is back, a suspend is not"
    with Rig() as rig:
        install(rig)
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n2")["power"], "watts")
        off = rig.ctl("power", "off", "n2", "--reason", "to be woken", "--accept-job-loss")
        assert off.returncode == 0, off
        assert rig.ctl("release", "n2").returncode == 0
        rig.until(lambda: rig.node("n2")["chassis"] == "off", "n2 to be off")
        rig.stop()
        assert call(rig, "suspend", "n1") == 1 and call(rig, "resume", "n2") == 1
        assert len(spooled(rig)) == 2, spooled(rig)
        begun = time.monotonic()
        rig.start()
        rig.until(lambda: rig.node("n2")["chassis"] == "on", "n2 to be woken", 2 * REPLAY_S)
        print(f"woken {time.monotonic() - begun:.1f} s after the start")
        rig.until(lambda: not spooled(rig), "the spool to be empty")
        assert "its next resume will be a power cycle" in rig.log(), rig.log()
        assert rig.node("n1")["chassis"] == "on"


def killed_daemon():
    "S6: a daemon killed without a goodbye leaves a dead socket: the hook does not wait for it"
    with Rig() as rig:
        install(rig)
        rig.start_room()
        rig.start()
        rig.daemon.kill()
        rig.daemon.wait()
        assert (rig.dir / "run/hook.sock").exists()
        assert call(rig, "resume", "n1") == 1
        assert len(spooled(rig)) == 1


main([replay, killed_daemon])
