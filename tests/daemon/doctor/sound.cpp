#include "tests/daemon/doctor/sound.h"

namespace frugald::doctor::test {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t gibibyte = 1u << 30;
const std::vector<std::string> names{"n1", "n2", "n3", "n4"};

Node sound_node(const std::string& name, const Instant& at) {
    Node node;
    node.name = name;
    node.managed = true;
    node.has_bmc = true;
    node.chassis = Chassis::on;
    node.reachable = true;
    node.last_answer = at.wall;
    node.power = Measurement{350, at.wall, "dcmi", Quality::good};
    node.scheduler = SchedulerNode{};
    node.scheduler->name = name;
    node.scheduler->base = NodeBase::idle;
    return node;
}

Device sound_pdu(const Instant& at) {
    Device pdu;
    pdu.name = "pdu1";
    pdu.reachable = true;
    pdu.parts.push_back(
        {Quantity::power_watts, Part::total, "", {1450, at.wall, "snmp", Quality::good}});
    for (const auto& name : names) pdu.outlet_nodes[name.substr(1)] = name;
    return pdu;
}

std::shared_ptr<SchedulerView> sound_slurm(const Instant& at) {
    auto slurm = std::make_shared<SchedulerView>();
    slurm->read_at = {at.steady - 1s, at.wall - 1s};
    slurm->version = "23.02.4";
    slurm->slurm_user = "slurm";
    slurm->controllers = {"admin1"};
    slurm->suspend_time = 31536000s;
    slurm->suspend_timeout = 120s;
    slurm->resume_timeout = 900s;
    slurm->partitions.push_back({"batch", names, true, {}, {}, {}});
    for (const auto& name : names) slurm->nodes[name].name = name;
    auto& saving = slurm->power_saving;
    saving.suspend_program = "/usr/libexec/frugald/suspend";
    saving.resume_program = "/usr/libexec/frugald/resume";
    saving.resume_fail_program = "/usr/libexec/frugald/resume-fail";
    saving.suspend_exc_states = "DOWN,DRAIN,FAIL";
    saving.resume_rate = 10;
    saving.batch_start_timeout = 60s;
    saving.return_to_service = 2;
    saving.library_version = "23.02";
    return slurm;
}

/// A PDU with a limit, measured, and one half of a pair.
PowerFeed sound_feed() {
    PowerFeed feed{"pdu1"};
    feed.rating = Watts{7000};
    feed.nodes = names;
    return feed;
}

std::shared_ptr<TreePicture> sound_tree() {
    auto tree = std::make_shared<TreePicture>();
    TreeLevel level;
    level.name = "pdu1";
    level.headroom = Watts{4850};
    level.headroom_one_lost = Watts{2000};
    tree->levels.push_back(level);
    return tree;
}

std::shared_ptr<PuePicture> sound_pue() {
    auto pue = std::make_shared<PuePicture>();
    pue->sources.push_back({"main", "facility", "counter"});
    pue->live.state = PueState::complete;
    return pue;
}

Settings::Entry entry(const char* key, std::string value) {
    return {key, {}, {std::move(value), {}}};
}

Config sound_config(const std::shared_ptr<Settings>& group) {
    Config config;
    config.managed_nodes = names;
    Settings ipmi;
    ipmi.path = "ipmi";
    ipmi.entries.push_back({"group", {}, {SettingsValue::Array{{group, {}}}, {}}});
    config.plugins.push_back(std::move(ipmi));
    config.feeds.push_back(sound_feed());
    config.pue = PueSettings{{"main"}, {}, {"pdu1"}};
    return config;
}

FileFacts file(unsigned mode, std::uint32_t uid, bool directory = false) {
    FileFacts facts;
    facts.exists = true;
    facts.directory = directory;
    facts.mode = mode;
    facts.uid = uid;
    return facts;
}

DirectoryFacts directory(unsigned mode, std::uint32_t uid) {
    DirectoryFacts facts;
    facts.file = file(mode, uid, true);
    facts.writable = true;
    facts.free_bytes = 50 * gibibyte;
    facts.filesystem = "ext4";
    return facts;
}

Probes sound_probes(const SchedulerPowerSaving& saving) {
    constexpr std::uint32_t own_uid = 990;
    Probes probes;
    probes.uid = own_uid;
    probes.own_names = {"admin1.example.org", "admin1"};
    probes.secrets = file(0640, 0);
    probes.hold_file.trouble = "No such file or directory";
    probes.hook_socket = file(0666, own_uid);
    probes.munge_socket = file(0777, 500);
    probes.state = directory(0700, own_uid);
    probes.spool = directory(01733, own_uid);
    probes.descriptors_limit = 65536;
    probes.descriptors_open = 60;
    probes.clock_synchronised = true;
    for (const auto* path :
         {&saving.suspend_program, &saving.resume_program, &saving.resume_fail_program}) {
        auto& program = probes.programs[*path];
        program.file = file(0755, 0);
        program.ours = true;
        program.socket = "/run/frugald/hook.sock";
        program.spool = "/var/spool/frugald";
    }
    for (const auto& name : names) probes.bmc_addresses[name] = "10.1.0." + name.substr(1) + ":623";
    return probes;
}

}  // namespace

Sound::Sound() : now(std::make_shared<Snapshot>()), group_(std::make_shared<Settings>()) {
    group_->entries.push_back(entry("nodes", "n[1-4]"));
    group_->entries.push_back(entry("bmc", "{node}-bmc"));
    group_->entries.push_back(entry("secret", "bmc"));
    now->at = Instant::now();
    now->mode = "guarded";
    for (const auto& name : names) now->nodes[name] = sound_node(name, now->at);
    now->devices["pdu1"] = sound_pdu(now->at);
    now->tree = tree = sound_tree();
    now->pue = pue = sound_pue();
    now->modules = {{"ipmi", true, ""}, {"slurm", true, ""}};
    now->config_loaded_at = now->at.wall - 1h;
    slurm = sound_slurm(now->at);
    now->scheduler = slurm;
    facts.config = sound_config(group_);
    facts.now = now;
    facts.began = {now->at.steady - 1h, now->at.wall - 1h};
    facts.probes = sound_probes(slurm->power_saving);
    facts.boot_times["all"] = {240s, 100};
    facts.off_times["all"] = {40s, 100};
    facts.bearable_resume_rate = 20;
    for (const auto& name : names) facts.guids[name] = "a123456789" + name;
}

Facts sound() { return Sound{}.facts; }

}  // namespace frugald::doctor::test
