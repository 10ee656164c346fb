#!/usr/bin/env bash
# A real Slurm whose nodes live and die with simulated BMCs, and frugald in charge of them.
#   lab.sh gen [N]                 write everything into $LAB (default 8 nodes, n1 to nN)
#   lab.sh up [PART...]            start munged, slurmctld, the room with the nodes, frugald
#   lab.sh down [PART...]          stop them: everything this lab has started, nothing else
#   lab.sh kill PART               SIGKILL, for tests
#   lab.sh wait STATE SECONDS [NODES]   until sinfo shows STATE for all of them
#   lab.sh status                  what runs, Slurm's states, the room's
#   lab.sh room COMMAND...         a command of frugald-room (docs/room.md)
# No privileges needed. Settings, from the environment at gen, are kept in $LAB/lab.env:
#   LAB  directory            BIN  where frugald's programs are (build/bin)
#   NET  first three bytes of the addresses of BMCs (.1 on) and PDU (.250), in 127/8
#   BMCPORT PDUPORT CTLPORT BASEPORT HTTP   ports; slurmds take BASEPORT+1 on
#   BOOT SHUT                 seconds a node takes to boot, to shut down
#   SUSPENDTIME               Slurm's own idle time; by default a year, so that frugald decides
#   SUSPENDTIMEOUT RESUMETIMEOUT SUSPENDEXC    as in slurm.conf
#   SLURMDTIMEOUT             seconds until a silent slurmd is DOWN
#   ACCOUNTING=1              slurmdbd and its database, the parts mariadb and slurmdbd (port DBDPORT)
#   BACKUP=1                  a second slurmctld at 127.0.0.2, the part slurmctld2
#   SLOWSTOP=1                an orderly shutdown takes the seconds in $LAB/run/slowstop, SHUT at most
#   HOOKLOG=1                 every call of a hook leaves a line in $LAB/log/hooks.log
#   MODE IDLE_FOR SPARE       frugald's mode, idle policy: seconds until suspended, nodes kept
#   FAILED_BOOTS              in a row, then the node is quarantined
set -u
LAB=${LAB:-${TMPDIR:-/tmp}/frugald-lab}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
parts=(munged slurmctld room frugald)

die() { echo "lab.sh: $*" >&2; exit 1; }

settings() {
    LAB=$(mkdir -p "$LAB" && cd "$LAB" && pwd)
    cat >"$LAB/lab.env" <<EOT
LAB=$LAB N=${1:-8}
BIN=$(cd "${BIN:-$here/../../build/bin}" && pwd)
NET=${NET:-127.23.9} BMCPORT=${BMCPORT:-16230} PDUPORT=${PDUPORT:-16161}
CTLPORT=${CTLPORT:-18900} DBDPORT=${DBDPORT:-18890} BASEPORT=${BASEPORT:-18900} HTTP=${HTTP:-127.0.0.1:18999}
BOOT=${BOOT:-3} SHUT=${SHUT:-2}
SUSPENDTIME=${SUSPENDTIME:-31536000} SUSPENDTIMEOUT=${SUSPENDTIMEOUT:-10}
RESUMETIMEOUT=${RESUMETIMEOUT:-30} SUSPENDEXC=${SUSPENDEXC:-}
SLURMDTIMEOUT=${SLURMDTIMEOUT:-30} ACCOUNTING=${ACCOUNTING:-} BACKUP=${BACKUP:-} SLOWSTOP=${SLOWSTOP:-} HOOKLOG=${HOOKLOG:-}
MODE=${MODE:-enforce} IDLE_FOR=${IDLE_FOR:-20} SPARE=${SPARE:-0} FAILED_BOOTS=${FAILED_BOOTS:-2}
EOT
}

load() {
    [ -f "$LAB/lab.env" ] || die "no lab in $LAB (set LAB, or: lab.sh gen)"
    . "$LAB/lab.env"
    ME=$(id -un)
    [ -z "$BACKUP" ] || parts=(munged slurmctld slurmctld2 room frugald)
    [ -z "$ACCOUNTING" ] || parts=(munged mariadb slurmdbd "${parts[@]:1}")
    export LAB SLURM_CONF=$LAB/etc/slurm.conf FRUGALD_SOCKET=$LAB/run/api.sock
}

. "$here/files.sh"
. "$here/accounting.sh"

gen() {
    settings "$@"
    load
    mkdir -p "$LAB"/{bin,etc,log,run,state,spool,frugald,hook-spool}
    chmod 700 "$LAB/hook-spool"
    for i in $(seq "$N"); do mkdir -p "$LAB/spool/n$i"; done
    [ -s "$LAB/etc/munge.key" ] ||
        (umask 077; head -c 1024 /dev/urandom >"$LAB/etc/munge.key")
    cp "$BIN/frugald-hook" "$LAB/bin/" || die "no frugald-hook in $BIN: build it first"
    for verb in suspend resume resume-fail; do ln -sf frugald-hook "$LAB/bin/$verb"; done
    printf 'socket=%s\nspool=%s\n' "$LAB/run/hook.sock" "$LAB/hook-spool" >"$LAB/bin/hook.conf"
    [ -z "$HOOKLOG" ] || write_logging_hooks
    write_slow_machine
    write_slurm_conf
    [ -z "$ACCOUNTING" ] || write_accounting
    write_room
    write_frugald_toml
}

alive() { # PART: it runs and is no zombie, which a container's init may leave for long
    local pid
    pid=$(cat "$LAB/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] && runs "$pid"
}

runs() { # PID; slurmctld removes its pid file some time before it ends
    grep -qs '^State:.[^ZX]' "/proc/$1/status"
}

until_ok() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt "$end" ] || return 1
        sleep 0.1
    done
}

background() { # PART COMMAND...: on its own, with a pid file and a log
    local part=$1
    shift
    setsid "$@" </dev/null >>"$LAB/log/$part.log" 2>&1 &
    echo $! >"$LAB/run/$part.pid"
}

# Of several slurmctlds each knows by its host's name which it is, and where to listen. In a
# namespace of its own a process has a name of its own, without privileges.
as_host() { # NAME COMMAND...
    if [ -z "$BACKUP" ]; then
        "${@:2}"
        return
    fi
    { cat /etc/hosts; printf '127.0.0.1 ctl1\n127.0.0.2 ctl2\n'; } >"$LAB/etc/hosts"
    unshare --map-root-user --uts --mount sh -c '
        hostname "$1" && mount --bind "$2" /etc/hosts && shift 2 && exec unshare "$@"' as_host \
        "$1" "$LAB/etc/hosts" --map-user="$(id -u)" --map-group="$(id -g)" "${@:2}"
}

start() {
    alive "$1" && return 0
    rm -f "$LAB/run/$1.pid"
    case $1 in
        munged)
            munged --force --key-file="$LAB/etc/munge.key" --socket="$LAB/run/munge.socket" \
                --pid-file="$LAB/run/munged.pid" --seed-file="$LAB/run/munged.seed" \
                --log-file="$LAB/log/munged.log" 2>>"$LAB/log/munged.log" ;;
        mariadb | slurmdbd) "start_$1" ;;
        slurmctld)
            as_host ctl1 slurmctld -f "$SLURM_CONF" >>"$LAB/log/slurmctld.out" 2>&1
            until_ok 20 sinfo -h ;;
        slurmctld2)
            as_host ctl2 slurmctld -f "$LAB/etc/backup/slurm.conf" >>"$LAB/log/slurmctld2.out" 2>&1
            until_ok 20 alive slurmctld2 ;;
        room)
            background room "$BIN/frugald-room" "$LAB/etc/room.toml"
            until_ok 20 room status ;;
        frugald)
            background frugald "$BIN/frugald" --config "$LAB/etc/frugald.toml"
            until_ok 20 "$BIN/frugalctl" status ;;
        *) die "no part $1; there are ${parts[*]}" ;;
    esac || die "$1 does not start; see $LAB/log"
}

stop() { # PART SIGNAL
    local pid
    alive "$1" || { rm -f "$LAB/run/$1.pid"; return 0; }
    pid=$(cat "$LAB/run/$1.pid")
    kill -CONT "$pid"
    kill "-$2" "$pid"
    for _ in $(seq 150); do runs "$pid" || break; sleep 0.1; done
    ! runs "$pid" || kill -KILL "$pid"
    rm -f "$LAB/run/$1.pid"
}

ports_are_free() {
    local port
    for port in $(seq "$CTLPORT" "$((BASEPORT + N))"); do
        [ -z "$(ss -Hltn "sport = :$port")" ] || die "TCP port $port is taken (CTLPORT, BASEPORT)"
    done
    [ -z "$(ss -Hlun "src $NET.1" "sport = :$BMCPORT")" ] ||
        die "UDP port $BMCPORT of $NET.1 is taken (NET, BMCPORT)"
}

up() {
    local part
    alive slurmctld || alive room || ports_are_free
    if [ $# = 0 ]; then set -- "${parts[@]}"; fi
    for part; do start "$part"; done
}

down() { # in the reverse order: slurmds end with the room
    local i
    if [ $# -gt 0 ]; then
        for i; do stop "$i" TERM; done
        return
    fi
    for ((i = ${#parts[@]} - 1; i >= 0; i--)); do stop "${parts[i]}" TERM; done
}

room() { "$BIN/frugald-room" --control "$LAB/run/room.sock" "$@"; }

wait_state() { # STATE SECONDS [NODES]
    local end=$((SECONDS + $2)) seen
    while [ $SECONDS -le "$end" ]; do
        seen=$(sinfo -h -N -n "${3:-n[1-$N]}" -o %T 2>/dev/null)
        [ -n "$seen" ] && ! grep -qvxF -- "$1" <<<"$seen" && return 0
        sleep 0.2
    done
    echo "not '$1' after $2 s:" >&2
    sinfo -N -o '%N %T' >&2
    return 1
}

status() {
    local part
    for part in "${parts[@]}"; do
        if alive "$part"; then echo "$part: process $(cat "$LAB/run/$part.pid")"; else echo "$part: down"; fi
    done
    ! alive slurmctld || sinfo -N -o '%N %T %E'
    ! alive room || room status
}

verb=${1:-}
[ $# = 0 ] || shift
[ "$verb" = gen ] || [ -z "$verb" ] || load
case $verb in
    gen | up | down | status | room) "$verb" "$@" ;;
    wait) wait_state "$@" ;;
    kill) stop "$1" KILL ;;
    *) sed -n '2,24p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
