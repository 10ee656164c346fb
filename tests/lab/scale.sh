#!/usr/bin/env bash
# A slurmctld of 10,000 nodes, frugald in charge of 5,120 of them with simulated BMCs: 50 with a real
# slurmd that sleep and wake, a burst of 64 resumes, storms of 200 suspends against the kill switch.
# Checks and figures: scale.py.
#   tests/lab/scale.sh        AS=games when started by root; LAB, BIN, NET and ports as for lab.sh
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/prelude.sh"
export BOOT=0 SHUT=1 SUSPENDTIMEOUT=20 RESUMETIMEOUT=150 IDLE_FOR=3600
lab() { "$here/lab.sh" "$@"; }

# c[00001-00050] have a machine, the next 512 are on although Slurm believes them off, the rest is off.
bmcs() { # NODES ADDRESS LINE...
    printf '\n[[bmcs]]\nnodes = "%s"\naddress = "127.40.%s"\nport = %s\nuser = "admin"\npassword = "lab-secret"\n' \
        "$1" "$2" "$BMCPORT"
    printf '%s\n' "${@:3}"
}
write_scale() {
    . "$LAB/lab.env"
    export BMCPORT
    sed -i -e '/^NodeName=/d' -e 's/^DebugFlags=Power/PrivateData=cloud\nSlurmdDebug=error/' "$LAB/etc/slurm.conf"
    cat >>"$LAB/etc/slurm.conf" <<EOT
NodeName=c[00001-00050] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[$((BASEPORT + 1))-$((BASEPORT + 50))] CPUs=4 RealMemory=1000
NodeName=c[00051-10000] NodeAddr=127.0.0.1 Port=$BASEPORT CPUs=4 RealMemory=1000 State=CLOUD
EOT
    for i in $(seq -f %05g 50); do mkdir -p "$LAB/spool/c$i"; done
    {
        printf '[room]\ncontrol = "%s"\n' "$LAB/run/room.sock"
        bmcs 'c[00001-00050]' 0.0 "machine = [\"slurmd\", \"-D\", \"-b\", \"-N\", \"{node}\", \"-f\", \"$SLURM_CONF\"]" \
            "console = \"$LAB/log/{node}.console\""
        bmcs 'c[00051-00562]' 0.50
        bmcs 'c[00563-05120]' 2.50 'powered = false'
    } >"$LAB/etc/room.toml"
    # Without the PDU, which has nothing to do here.
    sed -e '/^\[\[snmp/,/^\[slurm/{/^\[slurm/!d}' -e 's/^managed_nodes = .*/managed_nodes = "c[00001-05120]"/' \
        -e 's/^nodes = .*/nodes = "c[00001-05120]"/' -e 's/^bmc = .*/bmc = "127.40.[0-19].[0-255]"/' \
        -e 's/^\(chassis_\)\?interval_s = .*/\1interval_s = 5/' -e 's/^scheduler_interval_s = .*/scheduler_interval_s = 5/' \
        -e 's/^enabled = true/enabled = false/' -i "$LAB/etc/frugald.toml"
}

finish() {
    local code=$?
    trap - EXIT
    lab down
    if [ $code = 0 ]; then rm -rf "$LAB"; else echo "everything is in $LAB"; fi
    exit $code
}

lab gen 1 || exit 1
write_scale
trap finish EXIT
trap 'exit 1' INT TERM HUP
lab up munged slurmctld room || exit 1
python3 -B "$here/scale.py"
