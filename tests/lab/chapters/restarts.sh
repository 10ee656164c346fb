# shellcheck shell=bash
# Every part dies in the middle of what it does.

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
