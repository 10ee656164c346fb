#!/usr/bin/env bash
# The whole cycle, with a real Slurm, real slurmds and frugald: suspend, resume, failing boots, late
# offs, every part dying in the middle, and the faults of Slurm, its hooks and people (S1 to S11, H2,
# H3). A line per check with the seconds since the start; exit code 0 if all are ok. Everything is
# kept in $LAB when one is not.
#   tests/lab/e2e.sh [CHAPTER...]     LAB, BIN, NET and the ports as for lab.sh; NODES=4
# Chapters are the functions in chapters/; CMakeLists.txt says which settings each wants.
#   AS=games tests/lab/e2e.sh         as that user, when started by root: no privileges are needed
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export IDLE_FOR=${IDLE_FOR:-8} BOOT=${BOOT:-2} SUSPENDTIMEOUT=${SUSPENDTIMEOUT:-12} RESUMETIMEOUT=${RESUMETIMEOUT:-35}
chapters=(cycle boot_failure late_off stopped killed daemon_down controller_killed)

. "$here/prelude.sh"
. "$here/checks.sh"
for file in "$here"/chapters/*.sh; do . "$file"; done

finish() {
    local code=$?
    trap - EXIT
    lab down
    if [ $failures -eq 0 ] && [ $code -eq 0 ]; then
        rm -rf "$LAB"
        say "all ok"
        exit 0
    fi
    say "failed: $failures; everything is in $LAB"
    exit 1
}

lab gen "${NODES:-4}" || exit 1
trap finish EXIT
trap 'exit 1' INT TERM HUP
lab up || exit 1
exec 2>>"$LAB/log/e2e.err"
ok "${NODES:-4} nodes idle" lab wait idle 40
[ $# -gt 0 ] || set -- "${chapters[@]}"
for chapter; do
    say "-- $chapter"
    $chapter
done
"$BIN/frugalctl" audit export >"$LAB/audit.jsonl" # all that frugald has asked, decided and sent
ok "no never-event by frugald's own audit" "$BIN/frugalctl" audit check "$LAB/audit.jsonl"
exit $((failures > 0))
