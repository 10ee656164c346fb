# shellcheck shell=bash
# Slurm's hooks: twice, against each other, without a daemon, many at once, killed (S4 to S8).

repeat() { # COUNT COMMAND...
    local i
    for ((i = 0; i < $1; i++)); do "${@:2}"; done
}

s4_duplicates() {
    local begun=$EPOCHREALTIME
    awake n1
    scontrol update nodename=n1 state=power_down_asap reason=s4
    within 10 slurm_shows n1 'idle%'
    repeat 5 hook suspend n1
    ok "S4 n1 is off" within 10 chassis n1 off
    repeat 5 hook suspend n1
    lab wait 'idle~' 30 n1
    ok "S4 eleven calls of suspend: one command" test "$(sent n1 "$begun" | tr '\n' ' ')" = "off "
    begun=$EPOCHREALTIME
    scontrol update nodename=n1 state=power_up
    within 10 slurm_shows n1 'idle#'
    repeat 5 hook resume n1
    ok "S4 n1 serves" lab wait idle 40 n1
    repeat 5 hook resume n1
    sleep 5
    ok "S4 eleven calls of resume: one command" test "$(sent n1 "$begun" | tr '\n' ' ')" = "on "
    ok "S4 n1 still serves" slurm_shows n1 idle
}

# A resume comes while the off is being decided, sent, answered, read back.
s5_resume_overtakes() {
    local node begun asked=()
    awake 'n[1-4]'
    lab room fault all delay 100
    begun=$EPOCHREALTIME
    scontrol update nodename='n[1-4]' state=power_down_asap reason=s5
    within 10 slurm_shows n1 'idle%'
    for node in 1 2 3 4; do
        asked[node]=$EPOCHREALTIME
        hook resume "n$node"
        sleep 0.15
    done
    sleep 4
    for node in 1 2 3 4; do
        ok "S5 resume $(bc <<<"scale=2; (${asked[node]} - $begun) / 1") s after the power-down: n$node is on" within 15 chassis "n$node" on
        ok "S5 no off after the resume ($(sent "n$node" "$begun" | tr '\n' ' '))" not grep -q off <(sent "n$node" "$(bc <<<"${asked[node]} + 0.3")")
    done
    lab room clear all
    lab wait 'idle~' 5 n1 # Slurm may still believe in its power-down, or have seen slurmd already
    ok "S5 all four serve afterwards" test "$(timeout 120 srun -N4 printenv SLURMD_NODENAME | wc -l)" = 4
}

# The orderly shutdown outlasts SuspendTimeout, and a job wants the node.
s5_soft_off_in_flight() {
    local begun job
    set_toml soft_off_first true
    awake n2
    echo 14 >"$LAB/run/slowstop"
    begun=$EPOCHREALTIME
    scontrol update nodename=n2 state=power_down_asap reason=s5
    ok "S5 an orderly shutdown is asked for" within 10 eval 'sent n2 "$begun" | grep -q soft'
    ok "S5 Slurm counts n2 as off, it is not yet" eval 'lab wait "idle~" 20 n2 && chassis n2 on'
    job=$(submit n2)
    ok "S5 a job wants it: it is waited for, then switched on; the job runs" within 60 completed "$job"
    ok "S5 on its first start" never_requeued "$job"
    say "      sent: $(sent n2 "$begun" | tr '\n' ' ')"
    ok "S5 no power was cut, the last command is on" test "$(sent n2 "$begun" | tr '\n' ' ')" = "soft on "
    rm "$LAB/run/slowstop"
    set_toml soft_off_first false
}

s6_hook_without_daemon() {
    local begun code
    asleep n3
    lab down frugald
    begun=$EPOCHREALTIME
    hook suspend n1
    code=$?
    ok "S6 frugald is down: the hook keeps a suspend ($code) in $(seconds_since "$begun") s, 2 allowed" eval "[ $code = 1 ] && less $(seconds_since "$begun") 2"
    scontrol update nodename=n3 state=power_up
    within 10 slurm_shows n3 'idle#'
    ok "S6 both calls are in the spool" within 5 eval '[ "$(ls "$LAB/hook-spool" | wc -l)" = 2 ]'
    begun=$EPOCHREALTIME
    lab up frugald
    within 10 grep -q on <(sent n3 "$begun")
    ok "S6 n3 is switched on $(when_sent n3 on "$begun") s after frugald's start, 5 allowed" less "$(when_sent n3 on "$begun")" 5
    ok "S6 the suspend is only told" within 5 told 'suspend of n1 was called .* stays on'
    ok "S6 nothing was sent to n1" sent_nothing n1 "$begun"
    ok "S6 n3 serves" lab wait idle 40 n3
    kill -STOP "$(process frugald)"
    begun=$EPOCHREALTIME
    hook resume-fail n3
    code=$?
    ok "S6 frugald hangs: the hook keeps the call ($code) in $(seconds_since "$begun") s, 2.2 allowed" eval "[ $code = 1 ] && less $(seconds_since "$begun") 2.2"
    kill -CONT "$(process frugald)"
    ok "S6 it is taken in" within 15 eval '! ls "$LAB/hook-spool" | grep -q .'
}

s7_thousand_hooks() {
    local told spooled
    told=$(python3 -B "$here/hooks.py" burst "$LAB/bin/resume" 1000 'x{}')
    say "      $told"
    spooled=$(sed 's/.*spooled \([0-9]*\).*/\1/' <<<"$told")
    ok "S7 1,000 hooks at once: none failed" grep -q 'failed 0' <<<"$told"
    ok "S7 every one of them was taken ($spooled by the spool)" within 60 eval \
        '[ "$(rows "select count(distinct text) from event where kind='\''hook'\'' and text like '\''resume of x%'\''")" = 1000 ]'
    ok "S7 frugald answers" quietly "$BIN/frugalctl" status
}

s8_hooks_killed() {
    local since=${EPOCHREALTIME%.*}000 told
    whole_only() { # a call leaves all four nodes or none
        [ -z "$(rows "select asked_ms from action where action='hook-resume-fail' and asked_ms >= $since group by asked_ms having count(*) != 4")" ]
    }
    calls() { rows "select count(distinct asked_ms) from action where action='hook-resume-fail' and asked_ms >= $since"; }
    told=$(python3 -B "$here/hooks.py" kill "$LAB/bin/resume-fail" 50 'n[1-4]' "${SEED:-8}")
    say "      $told; $(calls) were taken"
    ok "S8 50 hooks killed at random: whole nodesets only" whole_only
    ok "S8 those that finished were taken" test "$(calls)" -ge "${told##* }"
    lab down frugald
    told=$(python3 -B "$here/hooks.py" kill "$LAB/bin/resume-fail" 25 'n[1-4]' "${SEED:-9}")
    say "      without a daemon: $told; $(ls "$LAB/hook-spool" | wc -l) in the spool"
    lab up frugald
    ok "S8 the spool is read to its end" within 20 eval '! ls "$LAB/hook-spool" | grep -q .'
    sleep 1
    ok "S8 from the spool, too: whole nodesets only" whole_only
}
