# shellcheck shell=bash
# The energy of real jobs against the watts that the room's BMCs are told to show.

energy_of() { "$BIN/frugalctl" energy "$1" --json; } # JOB
# True if NODE's joules of JOB are those of the expression (of `length`, seconds) within PERCENT, and
# the state is as said.
energy_is() { # JOB NODE STATE EXPRESSION PERCENT
    energy_of "$1" 2>>"$LAB/log/e2e.err" | python3 -c '
import json, sys
node, state, expression, percent = sys.argv[1:]
run = json.load(sys.stdin)["runs"][-1]
row = next(row for row in run["nodes"] if row["node"] == node)
truth = eval(expression, {"length": row["length_s"]})
found = row["joules"]
off = 100 * (found / truth - 1) if found else 100
print("        %s: %s J, true %.0f J (%+.2f %%), %s, covered %s" %
      (node, found, truth, off, run["state"], row["coverage"]), file=sys.stderr)
sys.exit(run["state"] != state or abs(off) > float(percent) or row["coverage"] < 0.9)' "${@:2}"
}
in_store() { [ "$(rows "SELECT settled FROM job WHERE id = $1")" = 1 ]; } # JOB
# True if JOB's accounting record says what frugald has of it.
comment_is_ours() { # JOB
    local joules
    joules=$(energy_of "$1" 2>/dev/null | python3 -c 'import json, sys; print(round(json.load(sys.stdin)["runs"][-1]["total"]["joules"]))') &&
        sacct -X -n -P -j "$1" -o admincomment 2>/dev/null | grep -q "^frugald: joules=$joules "
}
has_ended() { ! squeue -h -j "$1" -o %T 2>/dev/null | grep -q .; }      # JOB

job_energy() {
    local job
    awake n1,n2
    lab room watts n1 200
    lab room watts n2 300
    sleep 3
    job=$(sbatch --parsable --exclusive -w n1,n2 -o /dev/null --wrap 'sleep 65')
    within 40 eval 'squeue -h -j $job -o %T | grep -q RUNNING'
    ok "a running job is noticed, and on disk" within 5 eval '[ "$(rows "SELECT nodes FROM job WHERE id = $job AND end_ms IS NULL")" = n1,n2 ]'
    sleep 8
    frugald_restart
    ok "frugald killed and started: the job goes on" within 45 eval 'energy_of $job 2>/dev/null | grep -q "\"state\":\"running\""'
    lab kill slurmctld
    sleep 1
    lab up slurmctld
    ok "slurmctld killed and started: the job ends" within 90 has_ended "$job"
    ok "its energy is in the store" within 90 in_store "$job"
    ok "n1 drew 200 W" energy_is "$job" n1 ended '200 * length' 0.5
    ok "n2 drew 300 W" energy_is "$job" n2 ended '300 * length' 0.5
    if [ -n "${ACCOUNTING:-}" ]; then
        ok "it is in Slurm's accounting" within 90 comment_is_ours "$job"
        sacct -X -n -P -j "$job" -o jobid,admincomment | sed 's/^/        /'
    fi
    ok "for people, too" eval '"$BIN/frugalctl" energy $job | grep -Eq "^n2 .*300 .*100.0%"'
    "$BIN/frugalctl" energy 'n[1-2]' --since 2m | sed 's/^/        /'
    lab room watts n1 auto
    lab room watts n2 auto
}

shared_node() {
    local long short
    awake n3
    lab room watts n3 400
    sleep 3
    long=$(sbatch --parsable -n 1 -w n3 -o /dev/null --wrap 'sleep 30')
    within 40 eval 'squeue -h -j $long -o %T | grep -q RUNNING'
    sleep 5
    short=$(sbatch --parsable -n 3 -w n3 -o /dev/null --wrap 'sleep 10')
    within 40 has_ended "$short"
    within 60 has_ended "$long"
    ok "both jobs of a shared node are in the store" within 90 eval 'in_store $long && in_store $short'
    local together
    together=$(rows "SELECT (end_ms - start_ms) / 1000 FROM job WHERE id = $short")
    ok "3 of 4 CPUs, never alone: three quarters" energy_is "$short" n3 ended '300 * length' 0.5
    ok "1 of 4 CPUs, alone but for $together s" energy_is "$long" n3 ended "400 * length - 300 * $together" 0.5
    lab room watts n3 auto
}
