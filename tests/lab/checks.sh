# shellcheck shell=bash
# What the chapters check with, for e2e.sh.

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
quietly() { "$@" >>"$LAB/log/e2e.err" 2>&1; }

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

# Commands frugald or an independent program has sent to a node's BMC since TIME, one a line.
sent() { # NODE TIME
    lab room log | awk -v n="$1" -v t="$2" '$1 > t && $2 == n && $4 == "chassis_control" { print $5 }'
}
count_sent() { sent "$1" "$3" | grep -c "$2"; } # NODE COMMAND TIME
when_sent() { # NODE COMMAND TIME: seconds after TIME, nothing if it was not
    lab room log | awk -v n="$1" -v c="$2" -v t="$3" \
        '$1 > t && $2 == n && $4 == "chassis_control" && $5 == c { printf "%.3f\n", $1 - t; exit }'
}
sent_nothing() { [ -z "$(sent "$1" "$2")" ]; } # NODE TIME
seconds_since() { bc <<<"$EPOCHREALTIME - $1"; }
less() { [ -n "$1" ] && [ "$(bc <<<"$1 <= $2")" = 1 ]; } # A B: A is known and at most B
told() { "$BIN/frugalctl" events --since 1h 2>/dev/null | grep -Eq -- "$1"; }
rows() { # SQL: what frugald's journal holds, a line per row
    python3 -B "$here/rows.py" "$LAB/frugald/frugald.db" "$1"
}
hook() { "$LAB/bin/$1" "$2"; } # VERB NODES: as slurmctld would call it
asleep() { # NODES
    scontrol update nodename="$1" state=power_down_asap reason=lab &&
        lab wait 'idle~' "$((SUSPENDTIMEOUT + 20))" "$1"
}
ipmi() { # NODE --on|--off|--cycle: a hand that is not frugald's
    (. "$LAB/lab.env" && ipmipower -D LAN_2_0 -I 17 -u admin -p lab-secret -h "$NET.${1#n}:$BMCPORT" "$2") >>"$LAB/log/ipmipower.log" 2>&1
}
process() { cat "$LAB/run/$1.pid"; } # PART
runs_through() { # NODE SECONDS: a job starts there at once when the node serves; it is never requeued
    [ "$(timeout "$2" srun -w "$1" printenv SLURMD_NODENAME 2>>"$LAB/log/e2e.err")" = "$1" ]
}
set_toml() { # KEY VALUE: in a running frugald
    sed -i "s,^#\?$1 = .*,$1 = $2," "$LAB/etc/frugald.toml" && kill -HUP "$(process frugald)"
    sleep 1
}
