"""X2: who may do what on api.sock and hook.sock: every kind of user, every verb."""
import grp
import json
import os
import pwd
import subprocess

from rig import BIN, Rig, main

SLURM, ADMINS, VIEWERS = "bin", "games", "mail"  # stand-ins that every system has


def user(name, *groups):
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid,
            "extra_groups": [grp.getgrnam(group).gr_gid for group in groups]}


PEOPLE = {
    "root": {},
    "SlurmUser": user(SLURM),
    "admin group": user("nobody", ADMINS),
    "view group": user("nobody", VIEWERS),
    "nobody": user("nobody"),
}
READS = [("status",), ("nodes",), ("why", "n1"), ("events",), ("power", "status"), ("cap", "show"),
         ("audit", "show"), ("audit", "verify"), ("audit", "export"), ("calibrate",)]
ACTS = [("power", "on", "n1", "-n", "--reason", "x"), ("power", "off", "n1", "-n", "--reason", "x"),
        ("power", "soft", "n1", "-n", "--reason", "x"), ("power", "cycle", "n1", "-n", "--reason", "x"),
        ("power", "suspend", "n1", "-n", "--reason", "x"), ("power", "wake", "n1", "-n", "--reason", "x"),
        ("cap", "set", "n1", "300", "-n", "--reason", "x"), ("cap", "release", "n1", "-n"),
        ("hold", "n2", "--reason", "x"), ("release", "n2"),
        ("calibrate", "n2", "--reset", "--by", "x")]
HOOKS = ["suspend", "resume", "resume-fail"]
MAY_READ = {"root", "admin group", "view group"}
MAY_ACT = {"root", "admin group"}
MAY_HOOK = {"root", "SlurmUser"}
NOT_PERMITTED = 4


def open_rig(rig):
    rig.dir.chmod(0o755)
    for name in ("run", "spool"):
        (rig.dir / name).chmod(0o755)
    text = (rig.dir / "frugald.toml").read_text()
    rig.write("frugald.toml", text.replace("[access]", f"""[access]
admin_group = "{ADMINS}"
view_group = "{VIEWERS}"
hook_users = ["{SLURM}"]"""))
    for verb in HOOKS:
        (rig.dir / verb).symlink_to(BIN / "frugald-hook")
    rig.write("hook.conf", f"socket={rig.dir}/run/hook.sock\nspool={rig.dir}/nowhere\n")


def reachable_for_others():
    path = BIN
    while path != path.parent:
        if not path.stat().st_mode & 0o001:
            return False
        path = path.parent
    return True


def matrix():
    "X2: kinds of users x verbs on api.sock and hook.sock, as the table says"
    if os.getuid() != 0 or not reachable_for_others():
        print("SKIPPED: becoming other users needs root, and a build directory they can reach")
        return
    wrong, tried = [], 0
    with Rig() as rig:
        open_rig(rig)
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        for who, identity in PEOPLE.items():
            for verb in READS + ACTS:
                done = subprocess.run([BIN / "frugalctl", "--socket", rig.dir / "run/api.sock", *verb],
                                      capture_output=True, text=True, timeout=60, **identity)
                may = who in (MAY_ACT if verb in ACTS else MAY_READ)
                tried += 1
                if (done.returncode == NOT_PERMITTED) is may or done.returncode in (2, 3):
                    wrong.append((who, verb, done.returncode, done.stderr))
            for verb in HOOKS:
                done = subprocess.run([rig.dir / verb, "n4"], capture_output=True, text=True,
                                      timeout=60, **identity)
                tried += 1
                if (done.returncode == 0) is not (who in MAY_HOOK):
                    wrong.append((who, verb, done.returncode, done.stderr))
        held = json.loads(rig.get("/api/v1/nodes"))["nodes"]
        assert not any(node["hold"] for node in held), held
    assert tried == len(PEOPLE) * (len(READS) + len(ACTS) + len(HOOKS)) == 120
    assert not wrong, "\n".join(map(str, wrong))


def peers_are_what_the_kernel_says():
    "X2: a user who is refused at the sockets changes nothing, and is named in the log"
    if os.getuid() != 0 or not reachable_for_others():
        print("SKIPPED: becoming other users needs root, and a build directory they can reach")
        return
    with Rig() as rig:
        open_rig(rig)
        rig.start_room()
        rig.start()
        rig.until(lambda: rig.node("n1")["power"], "watts")
        nobody = PEOPLE["nobody"]
        for verb in HOOKS:
            subprocess.run([rig.dir / verb, "n4"], capture_output=True, timeout=60, **nobody)
        rig.until(lambda: f"uid {nobody['user']}" in rig.log(), "the refused user in the log")
        assert "off" not in rig.control("log") and "cycle" not in rig.control("log")


main([matrix, peers_are_what_the_kernel_says])
