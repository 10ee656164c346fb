# shellcheck shell=bash
# What happens every day, and what goes wrong between the hook and the BMC.

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
