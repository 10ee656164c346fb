#include "daemon/doctor/examine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "tests/daemon/doctor/sound.h"

using namespace frugald;
using namespace frugald::doctor;
using frugald::doctor::test::Sound;
using namespace std::chrono_literals;

namespace {

constexpr auto warned = FindingLevel::warn, broken = FindingLevel::fail,
               open = FindingLevel::unknown, fine = FindingLevel::ok;

struct Row {
    const char* id;
    const char* says;
    std::function<void(Sound&)> change;
    FindingLevel level;
    const char* part;  // of the sentence
};

Finding find(const std::vector<Finding>& findings, const std::string& id) {
    const auto found = std::ranges::find(findings, id, &Finding::id);
    REQUIRE_MESSAGE(found != findings.end(), id);
    return *found;
}

void own_program(Sound& s, const char* path) {
    s.saving().suspend_program = path;
    auto& about = s.facts.probes.programs[path];
    about.file.exists = true;
    about.file.mode = 0755;
}

const std::vector<Row>& slurm_timer_rows() {
    static const std::vector<Row> rows{
        {"slurm-suspend-time", "-1", [](Sound& s) { s.slurm->suspend_time.reset(); }, broken, "-1"},
        {"slurm-suspend-time", "short", [](Sound& s) { s.slurm->suspend_time = 600s; }, warned,
         "600 s"},
        {"slurm-suspend-timeout", "below the margin",
         [](Sound& s) { s.slurm->suspend_timeout = 10s; }, broken, "10 s"},
        {"slurm-suspend-timeout", "shorter than an off",
         [](Sound& s) {
             s.facts.off_times["old"] = {115s, 9};
         },
         broken, "115 s"},
        {"slurm-suspend-timeout", "not measured", [](Sound& s) { s.facts.off_times.clear(); }, open,
         "measured"},
        {"slurm-suspend-timeout", "never happened",
         [](Sound& s) { s.facts.off_times["all"].count = 0; }, open, "measured"},
        {"slurm-resume-timeout", "shorter than a boot",
         [](Sound& s) {
             s.facts.boot_times["fat"] = {901s, 3};
         },
         broken, "901 s"},
        {"slurm-resume-timeout", "less than 20 % above it",
         [](Sound& s) {
             s.facts.boot_times["fat"] = {760s, 3};
         },
         warned, "760 s"},
        {"slurm-resume-timeout", "exactly 20 % above it",
         [](Sound& s) {
             s.facts.boot_times["fat"] = {750s, 3};
         },
         fine, "750 s"},
        {"slurm-resume-timeout", "not measured", [](Sound& s) { s.facts.boot_times.clear(); }, open,
         "measured"},
        {"slurm-timer-order", "shorter than a cycle",
         [](Sound& s) { s.slurm->suspend_time = 1019s; }, warned, "1020 s"},
        {"slurm-timer-order", "as long as a cycle", [](Sound& s) { s.slurm->suspend_time = 1020s; },
         fine, "1020 s"},
        {"slurm-suspend-rate", "no limit and a short timer",
         [](Sound& s) { s.slurm->suspend_time = 600s; }, warned, "no limit"},
        {"slurm-suspend-rate", "a limit",
         [](Sound& s) {
             s.slurm->suspend_time = 600s;
             s.saving().suspend_rate = 60;
         },
         fine, "60"},
        {"slurm-resume-rate", "above the budget", [](Sound& s) { s.saving().resume_rate = 21; },
         warned, "bear 20"},
        {"slurm-resume-rate", "no limit", [](Sound& s) { s.saving().resume_rate.reset(); }, warned,
         "no limit"},
        {"slurm-resume-rate", "no budget known",
         [](Sound& s) { s.facts.bearable_resume_rate.reset(); }, open, "not known"},
        {"slurm-batch-start-timeout", "the default",
         [](Sound& s) { s.saving().batch_start_timeout = 10s; }, warned, "10 s"},
    };
    return rows;
}

const std::vector<Row>& slurm_program_rows() {
    static const std::vector<Row> rows{
        {"slurm-suspend-program", "wired while observing",
         [](Sound& s) { s.now->mode = "observe"; }, broken, "observe"},
        {"slurm-suspend-program", "wired while advising", [](Sound& s) { s.now->mode = "advise"; },
         broken, "advise"},
        {"slurm-suspend-program", "the site's own while observing",
         [](Sound& s) {
             s.now->mode = "observe";
             own_program(s, "/opt/off");
         },
         fine, "site's own"},
        {"slurm-suspend-program", "wired while one partition acts",
         [](Sound& s) { s.now->mode = "observe (gpu: guarded)"; }, fine, "frugald's hook"},
        {"slurm-suspend-program", "another one while acting",
         [](Sound& s) { own_program(s, "/opt/off"); }, warned, "/opt/off"},
        {"slurm-suspend-program", "not set", [](Sound& s) { s.saving().suspend_program.clear(); },
         broken, "not set"},
        {"slurm-suspend-program", "missing",
         [](Sound& s) {
             s.facts.probes.programs["/usr/libexec/frugald/suspend"].file = {
                 .trouble = "No such file or directory"};
         },
         broken, "No such file"},
        {"slurm-suspend-program", "not executable",
         [](Sound& s) { s.facts.probes.programs["/usr/libexec/frugald/suspend"].file.mode = 0644; },
         broken, "0644"},
        {"slurm-suspend-program", "writable by others",
         [](Sound& s) { s.facts.probes.programs["/usr/libexec/frugald/suspend"].file.mode = 0777; },
         broken, "0777"},
        {"slurm-suspend-program", "on another host",
         [](Sound& s) { s.slurm->controllers = {"ctl1"}; }, open, "slurmctld's host"},
        {"slurm-resume-program", "wired while observing", [](Sound& s) { s.now->mode = "observe"; },
         broken, "observe"},
        {"slurm-resume-program", "not set", [](Sound& s) { s.saving().resume_program.clear(); },
         broken, "not set"},
        {"slurm-resume-fail-program", "not set",
         [](Sound& s) { s.saving().resume_fail_program.clear(); }, warned, "not set"},
        {"slurm-resume-fail-program", "wired while observing",
         [](Sound& s) { s.now->mode = "observe"; }, broken, "observe"},
        {"hook-conf", "another socket",
         [](Sound& s) {
             s.facts.probes.programs["/usr/libexec/frugald/resume"].socket = "/run/old/hook.sock";
         },
         broken, "/run/old/hook.sock"},
        {"hook-conf", "another spool",
         [](Sound& s) { s.facts.config.daemon.spool_directory = "/srv/spool"; }, broken,
         "/srv/spool"},
        {"hook-conf", "a line that is none",
         [](Sound& s) {
             s.facts.probes.programs["/usr/libexec/frugald/resume"].problem = "'x' is no line";
         },
         broken, "'x'"},
        {"hook-socket", "not there",
         [](Sound& s) { s.facts.probes.hook_socket = {.trouble = "No such file or directory"}; },
         broken, "No such file"},
        {"slurm-user", "may not call", [](Sound& s) { s.slurm->slurm_user = "hpc"; }, broken,
         "hpc"},
        {"slurm-user", "root may", [](Sound& s) { s.slurm->slurm_user = "root"; }, fine, "root"},
    };
    return rows;
}

const std::vector<Row>& slurm_cluster_rows() {
    static const std::vector<Row> rows{
        {"slurm-answers", "too old", [](Sound& s) { s.slurm->read_at.steady -= 60s; }, broken,
         "61 s"},
        {"slurm-answers", "never, with a reason",
         [](Sound& s) {
             s.now->scheduler = nullptr;
             s.now->scheduler_failure = "slurmctld does not answer";
         },
         broken, "does not answer"},
        {"slurm-answers", "never", [](Sound& s) { s.now->scheduler = nullptr; }, open, "never"},
        {"slurm-versions", "differ", [](Sound& s) { s.saving().library_version = "22.05"; }, warned,
         "22.05"},
        {"slurm-versions", "cannot be read", [](Sound& s) { s.slurm->version = "x"; }, open, "x"},
        {"slurm-exclude-states", "incomplete",
         [](Sound& s) { s.saving().suspend_exc_states = "DOWN"; }, warned, "DRAIN,FAIL"},
        {"slurm-exclude-states", "not there before 23.02",
         [](Sound& s) {
             s.slurm->version = "22.05.8";
             s.saving().suspend_exc_states.clear();
         },
         fine, "22.05.8"},
        {"slurm-return-to-service", "0", [](Sound& s) { s.saving().return_to_service = 0; }, warned,
         "is 0"},
        {"slurm-parameters", "idle_on_node_suspend",
         [](Sound& s) { s.saving().slurmctld_parameters = "cloud_dns,idle_on_node_suspend"; },
         warned, "idle_on_node_suspend"},
        {"slurm-knows-nodes", "one is missing", [](Sound& s) { s.slurm->nodes.erase("n3"); },
         broken, "1 node (n3)"},
        {"slurm-private-data", "jobs are hidden",
         [](Sound& s) { s.saving().private_data = "cloud,jobs"; }, warned, "jobs"},
        {"slurm-private-data", "cloud shows", [](Sound& s) { s.saving().private_data = "cloud"; },
         fine, "cloud"},
        {"protected-hosts", "frugald's own",
         [](Sound& s) { s.facts.config.managed_nodes.push_back("admin1"); }, broken, "admin1"},
        {"protected-hosts", "slurmctld's", [](Sound& s) { s.slurm->controllers.push_back("n2"); },
         broken, "n2"},
        {"slurm-excluded-nodes", "one is both",
         [](Sound& s) {
             s.slurm->suspend_excluded_nodes = {"n4", "x1"};
         },
         warned, "n4"},
        {"munge-socket", "away while Slurm does not answer",
         [](Sound& s) {
             s.now->scheduler = nullptr;
             s.now->scheduler_failure = "munge";
             s.facts.probes.munge_socket = {.trouble = "No such file or directory"};
         },
         broken, "No such file"},
        {"munge-socket", "elsewhere, but Slurm answers",
         [](Sound& s) { s.facts.probes.munge_socket = {}; }, fine, "answers"},
    };
    return rows;
}

const std::vector<Row>& host_rows() {
    static const std::vector<Row> rows{
        {"secrets-file", "readable by all", [](Sound& s) { s.facts.probes.secrets.mode = 0644; },
         broken, "0644"},
        {"secrets-file", "somebody else's", [](Sound& s) { s.facts.probes.secrets.uid = 1000; },
         broken, "uid 1000"},
        {"secrets-file", "missing but needed",
         [](Sound& s) { s.facts.probes.secrets = {.trouble = "No such file or directory"}; }, open,
         "No such file"},
        {"secrets-file", "missing and not needed",
         [](Sound& s) {
             s.facts.probes.secrets = {};
             s.facts.config.plugins.clear();
         },
         fine, "no part"},
        {"state-directory", "writable by others",
         [](Sound& s) { s.facts.probes.state.file.mode = 0777; }, broken, "0777"},
        {"state-directory", "missing", [](Sound& s) { s.facts.probes.state.file.exists = false; },
         broken, "/var/lib/frugald"},
        {"state-directory", "not ours", [](Sound& s) { s.facts.probes.state.writable = false; },
         broken, "cannot write"},
        {"spool-directory", "open to all without the sticky bit",
         [](Sound& s) { s.facts.probes.spool.file.mode = 0777; }, broken, "0777"},
        {"spool-directory", "a file", [](Sound& s) { s.facts.probes.spool.file.directory = false; },
         broken, "no directory"},
        {"disk-space", "little", [](Sound& s) { s.facts.probes.state.free_bytes = 500u << 20; },
         warned, "500 MiB"},
        {"disk-space", "next to none",
         [](Sound& s) { s.facts.probes.state.free_bytes = 50u << 20; }, broken, "50 MiB"},
        {"disk-space", "not known", [](Sound& s) { s.facts.probes.state.free_bytes.reset(); }, open,
         "not known"},
        {"state-filesystem", "remote", [](Sound& s) { s.facts.probes.state.filesystem = "nfs"; },
         broken, "nfs"},
        {"state-filesystem", "memory", [](Sound& s) { s.facts.probes.state.filesystem = "tmpfs"; },
         warned, "tmpfs"},
        {"state-filesystem", "not known", [](Sound& s) { s.facts.probes.state.filesystem = ""; },
         open, "not known"},
        {"open-files", "nearly all", [](Sound& s) { s.facts.probes.descriptors_open = 60000; },
         broken, "60000"},
        {"open-files", "a low limit", [](Sound& s) { s.facts.probes.descriptors_limit = 256; },
         warned, "256"},
        {"open-files", "not known", [](Sound& s) { s.facts.probes.descriptors_limit.reset(); },
         open, "not known"},
        {"clock-synchronised", "not", [](Sound& s) { s.facts.probes.clock_synchronised = false; },
         warned, "not synchronised"},
        {"clock-synchronised", "not known",
         [](Sound& s) { s.facts.probes.clock_synchronised.reset(); }, open, "not known"},
        {"clock-steps", "an hour", [](Sound& s) { s.facts.began.wall -= 1h; }, broken, "3600.0 s"},
        {"clock-steps", "two seconds back", [](Sound& s) { s.facts.began.wall += 2s; }, warned,
         "-2.0 s"},
        {"clock-steps", "just started", [](Sound& s) { s.facts.began = s.now->at; }, open,
         "less than a minute"},
    };
    return rows;
}

const std::vector<Row>& daemon_rows() {
    static const std::vector<Row> rows{
        {"managed-nodes", "none", [](Sound& s) { s.facts.config.managed_nodes.clear(); }, warned,
         "empty"},
        {"mode", "observe for 40 days",
         [](Sound& s) {
             s.now->mode = "observe";
             s.facts.observing_since = s.now->at.wall - 24h * 40;
         },
         warned, "40 days"},
        {"mode", "observe since yesterday",
         [](Sound& s) {
             s.now->mode = "observe";
             s.now->config_loaded_at = s.now->at.wall - 24h;
         },
         fine, "1 days"},
        {"mode", "since when is not known",
         [](Sound& s) {
             s.now->mode = "observe";
             s.now->config_loaded_at.reset();
         },
         open, "not known"},
        {"mode", "demoted by itself",
         [](Sound& s) { s.now->mode = "guarded (demoted: 20 refusals within 10 min)"; }, warned,
         "20 refusals"},
        {"mode", "of one partition", [](Sound& s) { s.now->mode = "observe (gpu: guarded)"; }, fine,
         "gpu: guarded"},
        {"kill-switch", "on", [](Sound& s) { s.now->hold = "root: works on the grid"; }, warned,
         "works on the grid"},
        {"hold-file", "there", [](Sound& s) { s.facts.probes.hold_file.exists = true; }, warned,
         "/run/frugald/HOLD"},
        {"old-holds", "for eight days",
         [](Sound& s) {
             s.node("n1").hold = HoldState{"root", "fan", s.now->at.wall - 24h * 8, std::nullopt};
         },
         warned, "n1"},
        {"old-holds", "since yesterday",
         [](Sound& s) {
             s.node("n1").hold = HoldState{"root", "fan", s.now->at.wall - 24h, std::nullopt};
         },
         fine, "n1"},
        {"database", "broken", [](Sound& s) { s.now->store_failure = "disk full"; }, broken,
         "disk full"},
        {"database", "was damaged", [](Sound& s) { s.now->store_damage = "it is no database"; },
         broken, "no database"},
        {"plugins", "one is missing",
         [](Sound& s) {
             s.now->modules.push_back({"snmp", false, "no such file"});
         },
         broken, "snmp"},
        {"plugins", "none", [](Sound& s) { s.now->modules.clear(); }, warned, "no plugin"},
        {"last-reload", "refused", [](Sound& s) { s.now->last_reload_successful = false; }, broken,
         "refused"},
        {"configuration-warnings", "one", [](Sound& s) { s.facts.config.warnings = {"old key"}; },
         warned, "old key"},
        {"cap-limits", "above what a node draws",
         [](Sound& s) {
             s.node("n2").cap = CapState{};
             s.node("n2").cap->maximum = Watts{90};
         },
         warned, "n2"},
        {"idle-policy", "a partition that is not there",
         [](Sound& s) {
             s.facts.config.idle.enabled = true;
             s.facts.config.idle.partitions = {"gpu"};
         },
         broken, "gpu"},
        {"idle-policy", "all nodes are spare",
         [](Sound& s) {
             s.facts.config.idle.enabled = true;
             s.facts.config.idle.spare_nodes = 4;
         },
         warned, "is 4"},
        {"idle-policy", "enabled",
         [](Sound& s) {
             s.facts.config.idle.enabled = true;
             s.facts.config.idle.partitions = {"batch"};
         },
         fine, "2 of 4"},
    };
    return rows;
}

const std::vector<Row>& bmc_rows() {
    static const std::vector<Row> rows{
        {"bmc-missing", "one", [](Sound& s) { s.node("n2").has_bmc = false; }, broken, "n2"},
        {"bmc-never-answered", "one",
         [](Sound& s) {
             s.node("n2").last_answer.reset();
             s.node("n2").failure = "wrong password";
         },
         broken, "wrong password"},
        {"bmc-unreachable", "one of four", [](Sound& s) { s.node("n3").reachable = false; }, broken,
         "n3"},
        {"bmc-unreachable", "one of six",
         [](Sound& s) {
             for (const char* name : {"n5", "n6"}) s.now->nodes[name] = s.node("n1");
             s.node("n3").reachable = false;
         },
         warned, "of 6"},
        {"bmc-addresses", "two alike",
         [](Sound& s) { s.facts.probes.bmc_addresses["n2"] = "10.1.0.1:623"; }, broken,
         "10.1.0.1:623"},
        {"bmc-addresses", "not known", [](Sound& s) { s.facts.probes.bmc_addresses.clear(); }, open,
         "not known"},
        {"bmc-duplicate-guid", "two alike",
         [](Sound& s) { s.facts.guids["n2"] = s.facts.guids["n1"]; }, broken, "2 nodes (n[1-2])"},
        {"bmc-duplicate-guid", "none yet", [](Sound& s) { s.facts.guids.clear(); }, open,
         "no BMC has"},
        {"bmc-without-guid", "one", [](Sound& s) { s.facts.guids.erase("n4"); }, warned, "n4"},
        {"bmc-cipher-suites", "3 is allowed",
         [](Sound& s) {
             s.group().entries.push_back(
                 {"cipher_suites",
                  {},
                  {SettingsValue::Array{{std::int64_t{17}, {}}, {std::int64_t{3}, {}}}, {}}});
         },
         warned, "4 nodes (n[1-4])"},
        {"node-power", "none", [](Sound& s) { s.node("n1").power.reset(); }, warned, "n1"},
        {"node-power", "none of a node that is off",
         [](Sound& s) {
             s.node("n1").power.reset();
             s.node("n1").chassis = Chassis::off;
         },
         fine, "every node"},
        {"stale-readings", "one of four",
         [](Sound& s) { s.node("n1").power->quality = Quality::stale; }, warned, "25 %"},
        {"stale-readings", "half of them",
         [](Sound& s) {
             for (const char* name : {"n1", "n2"}) s.node(name).power->quality = Quality::stale;
         },
         broken, "50 %"},
        {"chassis-and-slurm", "off with jobs",
         [](Sound& s) {
             s.node("n1").chassis = Chassis::off;
             s.node("n1").scheduler->allocated_cpus = 4;
         },
         broken, "n1"},
        {"chassis-and-slurm", "on though powered down",
         [](Sound& s) { s.node("n1").scheduler->powered_down = true; }, warned, "are on although"},
        {"chassis-and-slurm", "off though idle",
         [](Sound& s) { s.node("n1").chassis = Chassis::off; }, warned, "are off although"},
        {"chassis-and-slurm", "under way",
         [](Sound& s) {
             s.node("n1").chassis = Chassis::off;
             s.node("n1").intent = IntentState{};
         },
         fine, "agree"},
        {"cap-obeyed", "not",
         [](Sound& s) {
             s.node("n1").cap = CapState{};
             s.node("n1").cap->condition = CapCondition::not_obeyed;
             s.node("n1").cap->detail = "draws 400 W";
         },
         broken, "draws 400 W"},
    };
    return rows;
}

const std::vector<Row>& pdu_rows() {
    static const std::vector<Row> rows{
        {"pdu-silent", "one",
         [](Sound& s) {
             s.now->devices["pdu1"].reachable = false;
             s.now->devices["pdu1"].failure = "no answer";
         },
         broken, "pdu1"},
        {"pdu-covers-nodes", "one is on no outlet",
         [](Sound& s) { s.now->devices["pdu1"].outlet_nodes.erase("4"); }, warned, "n4"},
        {"pdu-covers-nodes", "no outlets are mapped",
         [](Sound& s) { s.now->devices["pdu1"].outlet_nodes.clear(); }, open, "no PDU"},
        {"pdu-sum", "20 % apart",
         [](Sound& s) { s.now->devices["pdu1"].parts[0].measured.value = 1750; }, warned,
         "-20.0 %"},
        {"pdu-sum", "a node has two feeds",
         [](Sound& s) {
             auto& second = s.now->devices["pdu2"];
             second.reachable = true;
             second.outlet_nodes["1"] = "n1";
         },
         open, "no PDU"},
        {"pdu-sum", "a node is not measured", [](Sound& s) { s.node("n1").power.reset(); }, open,
         "no PDU"},
    };
    return rows;
}

const std::vector<Row>& power_tree_rows() {
    static const std::vector<Row> rows{
        {"feed-covers-nodes", "no feed at all", [](Sound& s) { s.facts.config.feeds.clear(); },
         warned, "no [[feed]]"},
        {"feed-covers-nodes", "feeds that limit nothing",
         [](Sound& s) { s.facts.config.feeds.front().rating.reset(); }, warned, "no [[feed]]"},
        {"feed-covers-nodes", "a node below none",
         [](Sound& s) { s.facts.config.feeds.front().nodes.pop_back(); }, warned, "n4"},
        {"feed-suspects", "one",
         [](Sound& s) {
             s.tree->suspicions = {{"outlet pdu1:1", "miswired", "follows n2", {}}, {}};
         },
         warned, "outlet pdu1:1: miswired: follows n2 (and 1 more)"},
        {"feed-suspects", "not measured yet", [](Sound& s) { s.now->tree.reset(); }, open, "yet"},
        {"feed-headroom", "over its limit",
         [](Sound& s) { s.tree->levels.front().headroom = Watts{-1}; }, broken, "pdu1"},
        {"feed-headroom", "a line over its amperes",
         [](Sound& s) { s.tree->levels.front().headroom_amperes = -0.5; }, broken, "pdu1"},
        {"feed-headroom", "with the other feed lost",
         [](Sound& s) { s.tree->levels.front().headroom_one_lost = Watts{-1}; }, warned, "other"},
        {"feed-headroom", "nothing is both limited and measured",
         [](Sound& s) { s.tree->levels.front().headroom.reset(); }, open, "both"},
        {"feed-headroom", "no tree", [](Sound& s) { s.facts.config.feeds.clear(); }, fine, "no"},
        {"pue-sources", "a silent meter",
         [](Sound& s) { s.pue->sources.front().trouble = "no answer yet"; }, warned,
         "main (facility): no answer yet"},
        {"pue-sources", "below 1", [](Sound& s) { s.pue->live.state = PueState::impossible; },
         broken, "below 1"},
        {"pue-sources", "not reckoned yet", [](Sound& s) { s.now->pue.reset(); }, open, "yet"},
        {"pue-sources", "none is asked for", [](Sound& s) { s.facts.config.pue.reset(); }, fine,
         "no PUE"},
    };
    return rows;
}

void judge(const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        CAPTURE(row.id);
        CAPTURE(row.says);
        Sound changed;
        row.change(changed);
        const auto finding = find(examine(changed.facts), row.id);
        CAPTURE(finding.text);
        CHECK(finding.level == row.level);
        CHECK(finding.text.find(row.part) != std::string::npos);
        CHECK(finding.fix.empty() == (row.level == fine));
    }
}

}  // namespace

TEST_CASE("on a sound cluster every check is ok and has nothing to fix") {
    const auto findings = examine(test::sound());
    CHECK(findings.size() >= 40);
    for (const auto& finding : findings) {
        CAPTURE(finding.id);
        CAPTURE(finding.text);
        CHECK(finding.level == fine);
        CHECK(finding.fix.empty());
        CHECK_FALSE(finding.text.empty());
    }
}

TEST_CASE("Slurm's timers") { judge(slurm_timer_rows()); }
TEST_CASE("the programs that Slurm calls") { judge(slurm_program_rows()); }
TEST_CASE("Slurm as a whole") { judge(slurm_cluster_rows()); }
TEST_CASE("frugald's host") { judge(host_rows()); }
TEST_CASE("frugald itself") { judge(daemon_rows()); }
TEST_CASE("BMCs") { judge(bmc_rows()); }
TEST_CASE("PDUs") { judge(pdu_rows()); }
TEST_CASE("the power tree") { judge(power_tree_rows()); }

TEST_CASE("every check can fail or warn, by a row above") {
    std::set<std::string> seen;
    for (const auto* rows :
         {&slurm_timer_rows(), &slurm_program_rows(), &slurm_cluster_rows(), &host_rows(),
          &daemon_rows(), &bmc_rows(), &pdu_rows(), &power_tree_rows()})
        for (const auto& row : *rows)
            if (row.level == warned || row.level == broken) seen.insert(row.id);
    for (const auto& finding : examine(test::sound()))
        CHECK_MESSAGE(seen.contains(finding.id), finding.id);
}

TEST_CASE("where nothing is known nothing is ok that depends on it, and nothing breaks") {
    const auto findings = examine(Facts{});
    CHECK(findings.size() == examine(test::sound()).size());
    for (const char* id : {"slurm-suspend-time", "slurm-resume-timeout", "slurm-knows-nodes",
                           "munge-socket", "mode", "bmc-never-answered", "stale-readings",
                           "chassis-and-slurm", "pdu-sum", "clock-steps", "database"})
        CHECK_MESSAGE(find(findings, id).level == open, id);
}

TEST_CASE("docs/doctor.md lists exactly the checks that there are, in their order") {
    std::ifstream page{std::filesystem::path{FRUGALD_SOURCE} / "docs/doctor.md"};
    REQUIRE(page);
    std::vector<std::string> documented;
    for (std::string line; std::getline(page, line);)
        if (line.starts_with("| `")) documented.push_back(line.substr(3, line.find('`', 3) - 3));
    std::vector<std::string> existing;
    for (const auto& finding : examine(test::sound())) existing.push_back(finding.id);
    CHECK(documented == existing);
}
