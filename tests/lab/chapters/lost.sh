# shellcheck shell=bash
# What Slurm accepts and does not do, or does and nobody expects: a row of checks for each.

accepted_but_lost() {
    lost_drained_node
    lost_power_up
    lost_busy_node
    lost_exclusions
    lost_power_saving_off
    # The reconciler waits 90 s before it tells: the rest happens meanwhile.
    lost_forgotten
    lost_silent_off
    local told_from=$SECONDS
    lost_behind_its_back
    lost_idle_clocks
    lost_are_told $((110 - SECONDS + told_from))
}

lost_drained_node() { # POWER_DOWN of a drained node removes the drain
    scontrol update nodename=n1 state=drain reason='bad fan'
    ok "drained: frugald does not ask Slurm to power it down" not quietly "$BIN/frugalctl" power suspend n1 --reason lost -y
    ok "drained: drain and reason stay" eval 'scontrol show node n1 | grep -q "State=IDLE+DRAIN" && scontrol show node n1 | grep -q "Reason=bad fan"'
    scontrol update nodename=n1 state=resume
    sleep 2
}

lost_power_up() { # POWER_UP of a node that is powering down is accepted and forgotten
    awake n2
    scontrol update nodename=n2 state=power_down_asap reason=lost
    within 10 slurm_shows n2 'idle%'
    "$BIN/frugalctl" power wake n2 --reason lost >>"$LAB/log/e2e.err" 2>&1
    ok "POWER_UP in idle%: frugalctl power wake is noticed and repeated, n2 serves" lab wait idle 60 n2
    lab wait idle 2 n2 || scontrol update nodename=n2 state=power_up
    lab wait idle 60 n2
}

lost_busy_node() { # busy!: plain POWER_DOWN lets new jobs in; neither can be withdrawn
    local way job begun
    for way in power_down power_down_asap; do
        awake n3
        job=$(submit n3)
        within 20 eval 'squeue -h -j $job -o %T | grep -q RUNNING'
        begun=$EPOCHREALTIME
        scontrol update nodename=n3 state=$way reason=lost
        scontrol update nodename=n3 state=power_up
        ok "$way of busy n3: the job ends first" within 30 completed "$job"
        ok "$way of busy n3: no off before" sent_nothing_before_end "$job" n3 "$begun"
        ok "$way of busy n3: then it goes, withdrawn or not, without a drain" lab wait 'idle~' 40 n3
    done
    job=$(sbatch --parsable -w n2 -o "$LAB/log/job-%j.out" --wrap 'echo ran on $SLURMD_NODENAME; sleep 30')
    within 30 output_of "$job" n2
    scontrol update nodename=n2 state=power_down_force reason=lost
    ok "POWER_DOWN_FORCE of busy n2: the job is requeued, n2 goes" within 30 slurm_shows n2 '*[%~]'
    scancel "$job"
    ok "POWER_DOWN_FORCE: n2 is off" within 20 chassis n2 off
    lab wait 'idle~' 30 n2
}
sent_nothing_before_end() { # JOB NODE BEGUN: the first off came after "done"
    local end off
    end=$(stat -c %.Y "$LAB/log/job-$1.out")
    off=$(when_sent "$2" off "$3")
    [ -z "$off" ] || less "$end" "$(bc <<<"$3 + $off")"
}

lost_exclusions() { # SuspendExcNodes binds only Slurm's own timer: frugald honours it itself
    awake n4
    local begun=$EPOCHREALTIME
    set_toml idle_for_s 4
    sleep 14
    set_toml idle_for_s 3600
    ok "SuspendExcNodes: frugald's policy leaves n4 alone" sent_nothing n4 "$begun"
    ok "SuspendExcNodes: but not the others" slurm_shows n1 '*[%~]'
    scontrol update nodename=n4 state=power_down_asap reason=lost
    ok "SuspendExcNodes: an administrator's power-down of n4 is carried out" within 25 chassis n4 off
    lab wait 'idle~' 30 'n[1-4]'
}

lost_power_saving_off() { # SuspendTime=-1: POWER_DOWN is refused
    runs_through n1 60
    sed -i 's/^SuspendTime=.*/SuspendTime=-1/' "$SLURM_CONF"
    scontrol reconfigure
    sleep 3
    ok "SuspendTime=-1: frugald says that Slurm refuses" grep -Eqi 'power|state|suspend' <("$BIN/frugalctl" power suspend n1 --reason lost -y 2>&1 | grep -v ': done')
    sed -i 's/^SuspendTime=.*/SuspendTime=31536000/' "$SLURM_CONF"
    scontrol reconfigure
    sleep 3
}

lost_silent_off() { # the BMC says ok and stays on
    awake n1
    lab room fault n1 ignore
    scontrol update nodename=n1 state=power_down_asap reason=lost
    lab wait 'idle~' 30 n1
    ok "off without effect: n1 is on, Slurm counts it as off" chassis n1 on
}

lost_behind_its_back() {
    local job begun
    asleep n2
    begun=$EPOCHREALTIME
    ipmi n2 --on
    ok "on behind Slurm's back: n2 registers and serves" lab wait idle 40 n2
    ok "on behind Slurm's back: a job runs there" runs_through n2 40
    ok "on behind Slurm's back: frugald does not switch it off" test "$(sent n2 "$begun" | tr '\n' ' ')" = "on "
    job=$(sbatch --parsable -w n3 -o "$LAB/log/job-%j.out" --wrap 'echo ran on $SLURMD_NODENAME; sleep 300')
    within 90 output_of "$job" n3
    begun=$EPOCHREALTIME
    ipmi n3 --off
    ok "off behind Slurm's back: DOWN after SlurmdTimeout" within 90 slurm_shows n3 'down*'
    ok "off behind Slurm's back: frugald sends nothing" test "$(sent n3 "$begun" | tr '\n' ' ')" = "off "
    scancel "$job"
    ipmi n3 --on
    ok "off behind Slurm's back: on again, n3 serves" lab wait idle 60 n3
    "$BIN/frugalctl" release n2,n3 >/dev/null 2>&1
}

lost_forgotten() { # a killed slurmctld has forgotten that it was powering n4 down
    awake n4
    scontrol update nodename=n4 state=power_down_asap reason=lost
    within 5 slurm_shows n4 'idle%'
    within 10 chassis n4 off
    lab kill slurmctld
    lab up slurmctld
    say "      $(sinfo -h -N -n n4 -o '%N %T')"
}

lost_idle_clocks() { # a clean restart of slurmctld resets its last_busy
    local begun
    awake n2,n3
    sleep 3
    begun=$EPOCHREALTIME
    lab down slurmctld
    lab up slurmctld
    set_toml idle_for_s 10
    within 40 slurm_shows n2 '*[%~!]'
    ok "a restart of slurmctld does not restart frugald's idle clocks ($(seconds_since "$begun") s, 7 wanted)" less "$(seconds_since "$begun")" 10
    set_toml idle_for_s 3600
}

lost_are_told() { # SECONDS
    local begun
    ok "off without effect: told, with what to do" within "$1" told 'n1 .*disagreement.*scontrol update nodename=n1 state=power_up'
    lab room clear n1
    begun=$EPOCHREALTIME
    ok "off without effect: the next job runs" runs_through n1 90
    ok "off without effect: by a cycle" test "$(sent n1 "$begun" | tr '\n' ' ')" = "off on "
    say "      $(sinfo -h -N -n n4 -o '%N %T %E')"
    ok "slurmctld killed after a suspend: what it shows of n4 is right, or told" eval 'slurm_shows n4 "idle~" || told "n4 .*(incident|disagreement)"'
    chassis n4 on || quietly "$BIN/frugalctl" power on n4 --reason "slurmctld forgot it" --yes
    quietly "$BIN/frugalctl" release n4 # an administrator's command leaves a hold
    within 20 slurm_shows n4 idle || scontrol update nodename=n4 state=resume
    ok "slurmctld killed after a suspend: n4 serves again" lab wait idle 60 n4
}
