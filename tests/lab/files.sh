# shellcheck shell=bash
# The configuration of the lab's parts, for lab.sh: from the settings in lab.env to $LAB/etc.

controllers() {
    if [ -z "$BACKUP" ]; then
        echo "SlurmctldHost=localhost(127.0.0.1)"
    else
        printf '%s\n' "SlurmctldHost=ctl1(127.0.0.1)" "SlurmctldHost=ctl2(127.0.0.2)" \
            CommunicationParameters=NoCtldInAddrAny SlurmctldTimeout=10
    fi
}

# slurmctld closes descriptors 0 to 2, has no PATH and blocks signals: what stands before the hook
# must leave all that as it is.
write_logging_hooks() {
    local verb
    mkdir -p "$LAB/bin/hook"
    mv "$LAB/bin"/{frugald-hook,suspend,resume,resume-fail,hook.conf} "$LAB/bin/hook/"
    for verb in suspend resume resume-fail; do
        printf '%s\n' '#!/bin/bash' \
            "printf '%s %s %s\\n' \"\$EPOCHREALTIME\" $verb \"\$1\" >>'$LAB/log/hooks.log'" \
            "exec '$LAB/bin/hook/$verb' \"\$@\"" >"$LAB/bin/$verb"
        chmod 755 "$LAB/bin/$verb"
    done
}

# Like a busy system that takes its time after "shutdown".
write_slow_machine() {
    cat >"$LAB/bin/slow-machine" <<EOT
#!/bin/bash
slurmd -D -b -N "\$1" -f "$SLURM_CONF" &
trap 'sleep "\$(cat "$LAB/run/slowstop" 2>/dev/null || echo 0)"; kill %1' TERM
wait
wait
EOT
    chmod 755 "$LAB/bin/slow-machine"
}

machine() {
    if [ -n "$SLOWSTOP" ]; then
        printf '["%s", "{node}"]' "$LAB/bin/slow-machine"
    else
        printf '["slurmd", "-D", "-b", "-N", "{node}", "-f", "%s"]' "$SLURM_CONF"
    fi
}

write_slurm_conf() {
    cat >"$LAB/etc/slurm.conf" <<EOT
ClusterName=lab
$(controllers)
SlurmctldPort=$CTLPORT
SlurmUser=$ME
SlurmdUser=$ME
AuthType=auth/munge
AuthInfo=socket=$LAB/run/munge.socket
CredType=cred/munge
StateSaveLocation=$LAB/state
SlurmdSpoolDir=$LAB/spool/%n
SlurmctldPidFile=$LAB/run/slurmctld.pid
SlurmdPidFile=$LAB/run/slurmd-%n.pid
SlurmctldLogFile=$LAB/log/slurmctld.log
SlurmdLogFile=$LAB/log/slurmd-%n.log
DebugFlags=Power
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
$(accounting_lines)
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
RebootProgram=/bin/true
SlurmdTimeout=$SLURMDTIMEOUT
SuspendProgram=$LAB/bin/suspend
ResumeProgram=$LAB/bin/resume
ResumeFailProgram=$LAB/bin/resume-fail
SuspendTime=$SUSPENDTIME
SuspendTimeout=$SUSPENDTIMEOUT
ResumeTimeout=$RESUMETIMEOUT
SuspendRate=0
ResumeRate=0
SlurmctldParameters=power_save_interval=1,power_save_min_interval=0
NodeName=n[1-$N] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[$((BASEPORT + 1))-$((BASEPORT + N))] CPUs=4 RealMemory=1000
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOT
    [ -z "$SUSPENDEXC" ] || echo "SuspendExcNodes=$SUSPENDEXC" >>"$LAB/etc/slurm.conf"
    if [ -n "$BACKUP" ]; then
        mkdir -p "$LAB/etc/backup"
        sed 's,slurmctld\.\(pid\|log\)$,slurmctld2.\1,' "$LAB/etc/slurm.conf" >"$LAB/etc/backup/slurm.conf"
    fi
}

write_room() {
    cat >"$LAB/etc/room.toml" <<EOT
[room]
control = "$LAB/run/room.sock"

[[bmcs]]
nodes = "n[1-$N]"
address = "$NET.1"
port = $BMCPORT
user = "admin"
password = "lab-secret"
boot_s = $BOOT
shutdown_s = $SHUT
# -b: "I have just booted"; slurmd would report the uptime of the machine it shares with the others.
machine = $(machine)
console = "$LAB/log/{node}.console"

[[pdu]]
name = "pdu1"
address = "$NET.250"
port = $PDUPORT
community = "lab-community"
outlets = "n[1-$N]"
outlet_count = 24
EOT
}

write_frugald_toml() {
    cat >"$LAB/etc/frugald.toml" <<EOT
managed_nodes = "n[1-$N]"

[daemon]
state_directory = "$LAB/frugald"
runtime_directory = "$LAB/run"
spool_directory = "$LAB/hook-spool"
secrets_file = "$LAB/etc/secrets.toml"
scheduler_interval_s = 1
snapshot_interval_s = 0.5

[access]
http_listen = "$HTTP"
admin_group = "$(id -gn)"
hook_users = ["$ME"]

[guard]
mode = "$MODE"
off_margin_s = 2
offs_per_10_minutes = 1000
min_up_s = 1
min_down_s = 1
cycles_per_node_day = 1000
failed_boots = ${FAILED_BOOTS:-2}

[power]
verify_after_s = 0.3
verify_for_s = 4
soft_off_first = false
soft_off_grace_s = 25

[policy.idle]
enabled = true
idle_for_s = $IDLE_FOR
spare_nodes = $SPARE

[[ipmi.group]]
nodes = "n[1-$N]"
bmc = "$NET.[1-$N]"
port = $BMCPORT
user = "admin"
secret = "bmc"
interval_s = 2
chassis_interval_s = 2

[[snmp.pdu]]
name = "pdu1"
host = "$NET.250"
port = $PDUPORT
version = "2c"
secret = "community"
interval_s = 5
outlets = "n[1-$N]"

[slurm]
conf = "$SLURM_CONF"
deadline_s = 12
command_deadline_s = 12
EOT
    [ -z "$ACCOUNTING" ] || printf '\n[ledger]\nadmin_comment = true\n' >>"$LAB/etc/frugald.toml"
    (umask 077; printf 'bmc = "lab-secret"\ncommunity = "lab-community"\n' >"$LAB/etc/secrets.toml")
}
