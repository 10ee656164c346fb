# shellcheck shell=bash
# What every program of the lab begins with: skip where something is missing, an empty $LAB, and on
# as $AS when started by root. The caller has set $here.
PATH=$PATH:/usr/sbin:/sbin
export BIN=${BIN:-$here/../../build/bin}

for program in slurmctld slurmd munged ipmipower setsid ss python3; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
for program in frugald frugalctl frugald-hook frugald-room frugald-room-machine frugald-slurm; do
    [ -x "$BIN/$program" ] || { echo "skipped: $program is not built in $BIN"; exit 77; }
done

if [ -n "${ACCOUNTING:-}" ]; then
    for program in slurmdbd mariadbd sacctmgr; do
        command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
    done
fi

LAB=${LAB:-$(mktemp -d "${TMPDIR:-/tmp}/frugald-lab-XXXXXX")}
export LAB SLURM_CONF=$LAB/etc/slurm.conf FRUGALD_SOCKET=$LAB/run/api.sock
if [ -n "${BACKUP:-}" ] && ! unshare --map-root-user --uts --mount unshare --map-user=1 true 2>/dev/null; then
    echo "skipped: the backup controller needs a host name of its own (user namespaces)"
    exit 77
fi
as() { setpriv --reuid "$AS" --regid "$(id -g "$AS")" --init-groups "$@"; }
if [ -n "${AS:-}" ] && [ "$(id -u)" != 0 ]; then
    unset AS
elif [ -n "${AS:-}" ] && ! as test -x "$BIN/frugald" -a -r "$here/lab.sh"; then
    echo "not as $AS, who cannot reach $BIN"
    unset AS
fi
if [ -n "${AS:-}" ]; then
    mkdir -p "$LAB"
    chown -R "$AS" "$LAB"
    as env -u AS HOME="$LAB" "$0" "$@"
    exit
fi
