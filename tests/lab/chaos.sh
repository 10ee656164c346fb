#!/usr/bin/env bash
# Random steps in a lab of 8 nodes whose parts die and come back: chaos.py says what and how it is
# judged. The world's history is left in $LAB/history.jsonl.
#   tests/lab/chaos.sh [STEPS [SEED]]     200 steps; the seed is printed, and repeats the steps
#   AS=games tests/lab/chaos.sh           as that user, when started by root
# With KEEP=1 $LAB is left also when all is well.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
set -- "${1:-200}" "${2:-$((RANDOM * 32768 + RANDOM))}"
. "$here/prelude.sh"
export HOOKLOG=1 BOOT=2 IDLE_FOR=${IDLE_FOR:-10} SUSPENDTIMEOUT=8 RESUMETIMEOUT=25 SLURMDTIMEOUT=15

finish() {
    local code=$?
    trap - EXIT
    "$here/lab.sh" down
    if [ $code = 0 ] && [ -z "${KEEP:-}" ]; then rm -rf "$LAB"; else echo "everything is in $LAB"; fi
    exit $code
}

"$here/lab.sh" gen 8 || exit 1
mkdir -p "$LAB/jobs"
cat >"$LAB/bin/job.sh" <<EOT
#!/bin/bash
# Leaves its life in a file of its own for each node and start; a dead machine writes no "end".
srun -Q --overlap bash -c 'exec >"$LAB/jobs/\$SLURM_JOB_ID.\$SLURMD_NODENAME.\${SLURM_RESTART_COUNT:-0}"
    echo begin \$EPOCHREALTIME
    for ((i = 0; i < 3 * \$0; i++)); do sleep 0.3; echo \$EPOCHREALTIME; done
    echo end' "\$1"
EOT
chmod 755 "$LAB/bin/job.sh"
trap finish EXIT
trap 'exit 1' INT TERM HUP
"$here/lab.sh" up || exit 1
"$here/lab.sh" wait idle 60 || exit 1
python3 -B "$here/chaos.py" "$@" || exit 1
audit=("$BIN/frugalctl" audit check "$LAB/history.jsonl")
if "$BIN/frugalctl" audit --help >/dev/null 2>&1; then
    "${audit[@]}" || exit 1
else
    echo "this frugalctl has no audit: ${audit[*]} was not run"
fi
