# shellcheck shell=bash
# People: a hand on the power button, a second frugald (H2, H3).

held_for() { # NODE SECONDS: so long in all
    "$BIN/frugalctl" nodes "$1" --json | python3 -c '
import datetime, json, sys
hold = json.load(sys.stdin)["nodes"][0]["hold"]
since, until = (datetime.datetime.fromisoformat(hold[key].rstrip("Z")) for key in ("since", "until"))
sys.exit(abs((until - since).total_seconds() - float(sys.argv[1])) > 1)' "$2"
}

h2_by_hand() {
    local begun
    awake n1
    begun=$EPOCHREALTIME
    ipmi n1 --off
    ok "H2 n1 switched off by hand: noticed" within 15 told 'n1 .*someone else'
    say "      $(seconds_since "$begun") s; the BMC is read every 2 s"
    ok "H2 n1 is held" within 5 eval '"$BIN/frugalctl" why n1 | grep -q "held by frugald"'
    ok "H2 for an hour" held_for n1 3600
    sleep 20
    ok "H2 frugald sends nothing against it" test "$(sent n1 "$begun" | tr '\n' ' ')" = "off "
    ipmi n1 --on
    sleep 10
    ok "H2 switched on by hand: nothing against it" test "$(sent n1 "$begun" | tr '\n' ' ')" = "off on "
    "$BIN/frugalctl" release n1 >/dev/null
    within 60 slurm_shows n1 idle || scontrol update nodename=n1 state=resume
    ok "H2 n1 serves again" lab wait idle 60 n1
    begun=$EPOCHREALTIME
    ipmi n2 --cycle
    ok "H2 n2 power-cycled by hand: frugald sends nothing" eval 'sleep 12; [ "$(sent n2 "$begun" | grep -vc cycle)" = 0 ]'
    ok "H2 n2 serves again" lab wait idle 60 n2
    "$BIN/frugalctl" release n2 >/dev/null
}

h3_two_daemons() {
    local code first
    first=$(process frugald)
    "$BIN/frugald" --config "$LAB/etc/frugald.toml" >"$LAB/log/second.log" 2>&1
    code=$?
    ok "H3 a second frugald of the same configuration is refused ($code)" test $code != 0
    mkdir -p "$LAB/run2"
    sed "s,^runtime_directory = .*,runtime_directory = \"$LAB/run2\"," "$LAB/etc/frugald.toml" |
        sed 's,^http_listen = .*,http_listen = "",' >"$LAB/etc/second.toml"
    timeout 20 "$BIN/frugald" --config "$LAB/etc/second.toml" >>"$LAB/log/second.log" 2>&1
    code=$?
    ok "H3 one with sockets of its own, too ($code)" eval "[ $code != 0 ] && [ $code != 124 ]"
    ok "H3 it is told the first one's process number" grep -q "$first" "$LAB/log/second.log"
    ok "H3 the first is unharmed" eval '"$BIN/frugalctl" status >/dev/null && [ "$(process frugald)" = '"$first ] && kill -0 $first"
    ok "H3 its hook socket, too" hook resume-fail n1
}
