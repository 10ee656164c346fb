#!/usr/bin/env bash
# config/demo/run as a newcomer sees it: the page, the watts, sleeping and waking nodes, a live
# Prometheus for which every panel of the dashboard has data; and nothing left when it ends.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
for program in slurmctld slurmd munged prometheus; do
    command -v "$program" >/dev/null || { echo "skipped: $program is not present"; exit 77; }
done
export LAB=${LAB:-$(mktemp -d "${TMPDIR:-/tmp}/frugald-demo-test-XXXXXX")}
export NET=127.26.40 HTTP=127.0.0.1:20998 BMCPORT=20630 PDUPORT=20161 MODBUSPORT=20502
export CTLPORT=20900 BASEPORT=20900 IDLE_FOR=10 SPARE=1 BOOT=2
failed=0
begun=$(date +%s.%N)

step() { printf '%6.1f  %s\n' "$(echo "$(date +%s.%N) - $begun" | bc)" "$*"; }
ok() { # WHAT SECONDS COMMAND...: it succeeds within that time
    local what=$1 end=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then
            step "FAIL  $what"
            failed=$((failed + 1))
            return 1
        fi
        sleep 0.3
    done
    step "ok    $what"
}
status_has() { frugalctl status --json | grep -q "$1"; }
asleep() { [ "$(sinfo -h -N -o %T | grep -c '^idle~$')" -ge "$1" ]; }
page_is_served() { curl -sf "http://$HTTP/" | grep -qi '<title>'; }
all_measured() { curl -sf "http://$HTTP/metrics" | grep -q '^frugald_nodes_measured 16'; }
pdus_measured() { [ "$(curl -sf "http://$HTTP/metrics" | grep -c '^frugald_pdu_power_watts{')" = 2 ]; }
meter_measured() { curl -sf "http://$HTTP/metrics" | grep -q '^frugald_meter_power_watts{meter="building"} [1-9]'; }
chassis_off() { [ "$(room status | grep -c 'power=off')" -ge "$1" ]; }
runs_on() { [ "$(srun -N2 -w "$1" printenv SLURMD_NODENAME | sort | tr '\n' ' ')" = "$2" ]; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }
nobody_left() { ! pgrep -f "$LAB/" >/dev/null; }

prometheus_yml() {
    cat <<EOT
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: ['$root/config/prometheus/frugald.rules.yml']
scrape_configs:
  - {job_name: frugald, static_configs: [{targets: ['$HTTP']}]}
EOT
}

finish() {
    trap - EXIT
    [ -z "${prometheus:-}" ] || { kill "$prometheus"; wait "$prometheus"; }
    if ! is_gone "$demo"; then
        kill -TERM "$demo"
        wait "$demo"
    fi
    ok "everything has ended" 10 nobody_left
    if [ $failed -gt 0 ]; then
        echo "logs are kept in $LAB"
        tail -n 25 "$LAB/demo.log" "$LAB"/log/frugald.log
    else
        rm -rf "$LAB"
    fi
    step "failed: $failed"
    exit $((failed > 0))
}

# TERM ends it as Ctrl-C does; a shell without job control starts its children deaf to INT.
"$root/config/demo/run" >"$LAB/demo.log" 2>&1 &
demo=$!
trap finish EXIT
ok "the demo says what to try" 300 grep -q 'Ctrl-C stops' "$LAB/demo.log" || exit 1
. "$LAB/env"
ok "the page is served" 10 page_is_served
ok "16 nodes are measured" 30 all_measured
ok "both PDUs are measured" 30 pdus_measured
ok "the building's meter is measured" 30 meter_measured
prometheus_yml >"$LAB/prometheus.yml"
prometheus --config.file="$LAB/prometheus.yml" --storage.tsdb.path="$LAB/tsdb" \
    --web.listen-address=127.0.0.1:20990 >"$LAB/prometheus.log" 2>&1 &
prometheus=$!
ok "idle nodes are suspended, one is spared" 90 asleep 7
ok "their chassis are really off" 20 chassis_off 7
awake=$(sinfo -h -N -o '%N %T' | awk '$2 == "idle" {print $1; exit}')
ok "a job wakes two of them and runs there" 60 runs_on "$(
    sinfo -h -N -o '%N %T' | awk '$2 == "idle~" {print $1}' | head -2 | paste -sd,)" "$(
    sinfo -h -N -o '%N %T' | awk '$2 == "idle~" {print $1}' | head -2 | paste -sd' ') "
ok "a cap is set and read back" 10 frugalctl cap set "$awake" 150 --for 2m --reason peak
step "      (refused: $(frugalctl power off store1 --reason 'not managed' 2>&1 | head -1))"
ok "every panel of the dashboard has data" 60 \
    python3 "$root/tests/daemon/export/check_dashboard.py" http://127.0.0.1:20990 --rate-interval 15s
[ $failed = 0 ] || python3 "$root/tests/daemon/export/check_dashboard.py" http://127.0.0.1:20990 --rate-interval 15s
