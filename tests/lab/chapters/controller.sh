# shellcheck shell=bash
# Slurm's controller is away, is two, dies, or has nodes that nobody may touch (S1, S2, S3, S9, S11).

controller_goes() { # down|slow
    if [ "$1" = down ]; then lab down slurmctld; else kill -STOP "$(process slurmctld)"; fi
}
controller_comes() {
    if [ "$1" = down ]; then lab up slurmctld; else kill -CONT "$(process slurmctld)"; fi
}

s1_controller_away() {
    local way begun
    for way in slow down; do
        awake n1
        asleep n3
        lab room fault n1,n3 dead
        scontrol update nodename=n1 state=power_down_asap reason=s1
        scontrol update nodename=n3 state=power_up
        within 10 slurm_shows n1 'idle%'
        within 10 slurm_shows n3 'idle#'
        begun=$EPOCHREALTIME
        controller_goes $way
        lab room clear n1,n3
        ok "S1 slurmctld $way: the resume under way is carried out" within 15 chassis n3 on
        ok "S1 slurmctld $way: frugald says so" within 20 eval '"$BIN/frugalctl" status | grep -Eqi "slurm.*(not answer|connect)"'
        sleep "$SUSPENDTIMEOUT"
        ok "S1 slurmctld $way: nothing is switched off meanwhile" test "$(count_sent n1 off "$begun")" = 0
        controller_comes $way
        ok "S1 slurmctld $way: n3 serves when it is back" lab wait idle 40 n3
        ok "S1 slurmctld $way: no late off" eval 'sleep 3; chassis n1 on'
        ok "S1 slurmctld $way: n1 serves" runs_through n1 90
    done
}

# Two slurmctlds with host names of their own: the hooks of the backup reach frugald.
s2_backup_controller() {
    both_answer() { [ "$(scontrol ping | grep -c 'is UP')" = 2 ]; }
    backup_rules() { grep -q 'Running as primary controller' "$LAB/log/slurmctld2.log"; }
    local begun
    ok "S2 two controllers answer" within 20 both_answer
    asleep n1
    begun=$EPOCHREALTIME
    lab kill slurmctld
    ok "S2 the backup takes over" within 40 backup_rules
    ok "S2 frugald reads the backup" within 40 eval '"$BIN/frugalctl" status | grep -q "^slurm .*read [0-9]s ago"'
    ok "S2 a job on sleeping n1: the backup's hook reaches frugald, it runs" runs_through n1 90
    ok "S2 n1 was switched on once" test "$(sent n1 "$begun" | tr '\n' ' ')" = "on "
    begun=$EPOCHREALTIME
    asleep n2
    ok "S2 the backup's suspend is carried out, once" test "$(sent n2 "$begun" | tr '\n' ' ')" = "off "
    lab up slurmctld
    ok "S2 the primary takes over again" within 60 eval 'scontrol ping | grep -q "(primary).*is UP"'
    ok "S2 and its hooks work" runs_through n2 90
    ok "S2 no call is left in the spool" eval '! ls "$LAB/hook-spool" | grep -q .'
}

s3_controller_killed_mid_resume() {
    local job begun offs
    asleep n2
    job=$(submit n2)
    within 20 slurm_shows n2 '*#'
    begun=$EPOCHREALTIME
    sleep 1
    lab kill slurmctld
    lab up slurmctld
    sleep 8
    ok "S3 slurmctld killed during a resume: n2 is on" chassis n2 on
    ok "S3 the job runs to its end" within 120 completed "$job"
    offs=$(count_sent n2 off "$begun")
    ok "S3 switched off only for a new resume of Slurm's ($offs)" test "$offs" -le \
        "$(rows "select count(*) - 1 from action where node='n2' and action='hook-resume' and asked_ms >= ${begun%.*}000 - 2000")"
    ok "S3 the last switch is on" last_switch n2 on
}

# A node that Slurm waits for in vain, and one that only Slurm believes off.
s9_stuck() {
    local ended
    asleep n3,n4
    awake n2
    lab room fault n4 noboot
    lab room fault n2 ignore
    scontrol update nodename=n4 state=power_up
    scontrol update nodename=n2 state=power_down_asap reason=s9
    ok "S9 n4 does not boot: DOWN at ResumeTimeout" within 60 slurm_shows n4 'down*'
    ended=$EPOCHREALTIME
    ok "S9 an incident with the scontrol line that helps" within 60 \
        told 'n4 .*(incident|disagreement).*scontrol update nodename=n4 state=power_up'
    say "      $(seconds_since "$ended") s after the timeout"
    ok "S9 n2 is off only in Slurm's eyes: told, with what to do" within 60 \
        told 'n2 .*(incident|disagreement).*(scontrol|frugalctl)'
    lab room clear n2,n4
    scontrol update nodename=n4 state=power_up
    ok "S9 that line repairs n4" lab wait idle 60 n4
    ok "S9 n2 serves after a resume" runs_through n2 90
}

# What Slurm or its administrator has set apart is not touched; n5 and n6 are the control.
s11_set_apart() {
    local job begun
    job=$(sbatch --parsable -w n4 -o /dev/null --wrap 'sleep 600')
    within 20 eval 'squeue -h -j $job -o %T | grep -q RUNNING'
    scontrol suspend "$job"
    scontrol update nodename=n1 state=drain reason='bad fan'
    scontrol create reservation reservationname=works nodes=n2 flags=maint,ignore_jobs starttime=now duration=60 users="$(id -un)" >/dev/null
    scontrol reboot asap nextstate=resume n3 >>"$LAB/log/e2e.err" 2>&1
    sleep 2
    say "      $(sinfo -h -N -n n[1-4] -o '%N %T' | tr '\n' ' ')"
    begun=$EPOCHREALTIME
    set_toml idle_for_s 6
    ok "S11 idle n5, n6 are suspended" lab wait 'idle~' 60 n5,n6
    hook suspend 'n[1-4]'
    sleep 10
    local node
    for node in n1 n2 n3 n4; do
        ok "S11 $node ($(sinfo -h -N -n $node -o %T)): nothing was sent" sent_nothing $node "$begun"
    done
    ok "S11 the drain is still there" eval 'scontrol show node n1 | grep -q "Reason=bad fan"'
    for node in n1 n2 n4; do
        ok "S11 frugalctl power suspend $node is refused" not quietly "$BIN/frugalctl" power suspend $node --reason s11 -y
    done
    set_toml idle_for_s 3600
    scancel "$job"
    scontrol delete reservationname=works
    scontrol update nodename=n1 state=resume
}
