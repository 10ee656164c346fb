#!/usr/bin/env bash
# The whole cycle, with a real Slurm, real slurmds and frugald: suspend, resume, failing boots, late
# offs, and every part dying in the middle. A line per check with the seconds since the start; exit
# code 0 if all are ok. Everything is kept in $LAB when one is not.
#   tests/lab/e2e.sh [CHAPTER...]     LAB, BIN, NET and the ports as for lab.sh
#   AS=games tests/lab/e2e.sh         as that user, when started by root: no privileges are needed
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
export BIN=${BIN:-$here/../../build/bin}
export IDLE_FOR=${IDLE_FOR:-8} BOOT=${BOOT:-2} SUSPENDTIMEOUT=${SUSPENDTIMEOUT:-12} RESUMETIMEOUT=${RESUMETIMEOUT:-35}
chapters=(cycle boot_failure late_off stopped killed daemon_down controller_killed)

for program in slurmctld slurmd munged ipmipower setsid ss; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
for program in frugald frugalctl frugald-hook frugald-room frugald-room-machine frugald-slurm; do
    [ -x "$BIN/$program" ] || { echo "skipped: $program is not built in $BIN"; exit 77; }
done

LAB=${LAB:-$(mktemp -d "${TMPDIR:-/tmp}/frugald-e2e-XXXXXX")}
export LAB SLURM_CONF=$LAB/etc/slurm.conf FRUGALD_SOCKET=$LAB/run/api.sock
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

lab() { "$here/lab.sh" "$@"; }
began=$EPOCHREALTIME
failures=0
say() { printf '%7.1f  %s\n' "$(bc <<<"$EPOCHREALTIME - $began")" "$*"; }
ok() { # WHAT COMMAND...
    if "${@:2}"; then say "ok    $1"; else say "FAIL  $1"; failures=$((failures + 1)); fi
}
within() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}
not() { ! "$@"; }

chassis() { # NODE on|off: as an independent program reads it
    (. "$LAB/lab.env" && ipmipower -D LAN_2_0 -I 17 -u admin -p lab-secret -h "$NET.${1#n}:$BMCPORT" --stat 2>&1) |
        grep -q ": $2\$"
}
all_off() { for n in n1 n2 n3 n4; do chassis $n off || return 1; done; }
slurm_shows() { # NODE PATTERN
    local state
    state=$(sinfo -h -N -n "$1" -o %T) && [[ $state == $2 ]]
}
output_of() { grep -qs "ran on $2" "$LAB/log/job-$1.out"; }
submit() { # NODE: the job's number
    sbatch --parsable -w "$1" -o "$LAB/log/job-%j.out" --wrap 'echo ran on $SLURMD_NODENAME; sleep 3; echo done'
}
completed() { scontrol show job "$1" | grep -q JobState=COMPLETED; }
never_requeued() { scontrol show job "$1" | grep -q Restarts=0; }
awake() { # NODES: idle and on, just used
    srun -N "$(scontrol show hostnames "$1" | wc -l)" -w "$1" true 2>>"$LAB/log/e2e.err" && lab wait idle 10 "$1"
}
events() { "$BIN/frugalctl" events --since 1h 2>/dev/null; }
# What the room saw: the commands that switch, and what came of them.
switched() { lab room log | awk -v n="$1" '$2 == n && $4 ~ /^power_/ { print substr($4, 7) }' | tr '\n' ' '; }
frugald_offs() { lab room log | awk -v n="$1" '$2 == n && /chassis_control off/' | wc -l; }
last_switch() { [[ $(switched "$1") == *"$2 " ]]; }
frugald_restart() { lab kill frugald; lab up frugald; }

cycle() {
    ok "srun on all 4 nodes" test "$(srun -N4 hostname | wc -l)" = 4
    ok "frugald's idle policy: all suspended (idle~)" lab wait 'idle~' 60
    ok "ipmipower: all chassis are off" all_off
    ok "the policy's reason is Slurm's reason" grep -q 'frugald: idle for' <(sinfo -h -R -o %E; grep 'reason set to' "$LAB/log/slurmctld.log")
    ok "srun on sleeping n1, n2 wakes them and runs" test "$(srun -N2 -w n1,n2 printenv SLURMD_NODENAME | sort | tr '\n' ' ')" = "n1 n2 "
    ok "ipmipower: n1, n2 on, n3 still off" eval 'chassis n1 on && chassis n2 on && chassis n3 off'
    local job
    job=$(submit n3)
    ok "sbatch on sleeping n3: it is woken, the job runs" within 90 output_of "$job" n3
    within 30 slurm_shows n3 idle
    scontrol update nodename=n3 state=power_down_asap reason=e2e
    ok "explicit power_down_asap: n3 is powered down" lab wait 'idle~' 30 n3
    ok "ipmipower: n3 off" chassis n3 off
}

boot_failure() {
    lab wait 'idle~' 60 n4
    lab room fault n4 noboot
    sbatch -Q -w n4 -o /dev/null --wrap true
    ok "n4 does not boot: DOWN at ResumeTimeout" within 60 slurm_shows n4 'down*'
    ok "ResumeFailProgram reached frugald: an incident" within 10 grep -q 'n4 .*incident.*gave up' <(sleep 1; events)
    scancel -u "$(id -un)"
    lab room clear n4
    scontrol update nodename=n4 state=power_up
    ok "n4 repaired and asked to power up: cycled, idle" lab wait idle 45 n4
    ok "by off and on, since it was on" last_switch n4 "off on"
}

# An "off" that the BMC could not be told in time must never be sent later.
late_off() {
    local before job
    awake n1
    lab room fault n1 dead
    scontrol update nodename=n1 state=power_down_asap reason=e2e
    ok "n1's BMC is silent; Slurm counts it as off" lab wait 'idle~' 40 n1
    before=$(frugald_offs n1)
    lab room clear n1
    sleep 6
    ok "the BMC answers again: no late off is sent" test "$(frugald_offs n1)" = "$before"
    ok "n1 is still on" chassis n1 on
    job=$(submit n1)
    ok "a job on it: power cycle, the job runs" within 90 output_of "$job" n1
    ok "to its end" within 30 completed "$job"
    ok "on its first start" never_requeued "$job"
    ok "the last switch of n1 before its end was on" last_switch n1 on
}

# frugald stands still between the hook and the off, and wakes when the node serves a job.
stopped() {
    local pid job
    awake n2
    pid=$(cat "$LAB/run/frugald.pid")
    kill -STOP "$pid"
    scontrol update nodename=n2 state=power_down_asap reason=e2e
    ok "frugald stands still while n2 is suspended" lab wait 'idle~' 40 n2
    job=$(submit n2)
    within 20 slurm_shows n2 '*#'
    sleep 3
    kill -CONT "$pid"
    ok "frugald goes on: the resume wins, the job runs" within 90 output_of "$job" n2
    ok "to its end" within 30 completed "$job"
    ok "on its first start" never_requeued "$job"
    ok "n2 was switched off once at most, before on" last_switch n2 on
}

killed() {
    local job
    awake n1,n2
    lab room fault n1,n2 dead
    scontrol update nodename=n1,n2 state=power_down_asap reason=e2e
    within 5 slurm_shows n1 'idle%'
    lab kill frugald
    lab room clear n1,n2
    lab up frugald
    ok "kill -9 in the middle of suspends: they are carried out" within 15 eval 'chassis n1 off && chassis n2 off'
    ok "and Slurm agrees" lab wait 'idle~' 30 n1,n2
    job=$(submit n1)
    within 10 slurm_shows n1 '*#'
    frugald_restart
    ok "kill -9 in the middle of a resume: n1 comes up, the job runs" within 90 output_of "$job" n1
    ok "to its end" within 30 completed "$job"
    ok "on its first start" never_requeued "$job"
    ok "n1 is on" last_switch n1 on
}

daemon_down() {
    local job before
    awake n3
    lab down frugald
    scontrol update nodename=n3 state=power_down_asap reason=e2e
    ok "frugald is down: Slurm suspends n3" lab wait 'idle~' 40 n3
    ok "nobody has switched it off" chassis n3 on
    ok "the hook's call is in the spool" eval 'ls "$LAB/hook-spool" | grep -q .'
    before=$(switched n3)
    job=$(submit n3)
    within 20 slurm_shows n3 '*#'
    lab up frugald
    ok "frugald starts, replays the resume: the job runs" within 90 output_of "$job" n3
    ok "by a power cycle" test "$(switched n3)" = "${before}off on "
    ok "to its end" within 30 completed "$job"
    ok "the spool is empty" within 10 eval '! ls "$LAB/hook-spool" | grep -q .'
}

controller_killed() {
    local job
    awake n1
    scontrol update nodename=n1 state=power_down_asap reason=e2e
    within 5 slurm_shows n1 'idle%'
    lab kill slurmctld
    sleep 2
    lab up slurmctld
    ok "slurmctld killed in the middle of a suspend: it comes back" within 20 slurm_shows n1 '*'
    ok "frugald reads it again" within 20 eval '"$BIN/frugalctl" status | grep -q "^slurm .*read .* ago"'
    # It may have forgotten that it was powering n1 down, and that the job before has ended. What an
    # administrator does then:
    scancel -u "$(id -un)"
    chassis n1 on || "$BIN/frugalctl" power on n1 --reason "slurmctld forgot it" --yes >/dev/null
    "$BIN/frugalctl" release n1 >/dev/null # an administrator's command leaves a hold
    sleep 5
    scontrol update nodename=n1 state=resume
    ok "n1 serves again" lab wait idle 60 n1
    job=$(submit n1)
    ok "a job on it runs to its end" within 90 completed "$job"
}

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

lab gen 4 || exit 1
trap finish EXIT
trap 'exit 1' INT TERM HUP
lab up || exit 1
exec 2>>"$LAB/log/e2e.err"
ok "4 nodes idle" lab wait idle 40
[ $# -gt 0 ] || set -- "${chapters[@]}"
for chapter; do
    say "-- $chapter"
    $chapter
done
exit $((failures > 0))
