#include "daemon/config/sections.h"

#include <arpa/inet.h>

#include <charconv>

#include "daemon/config/section_readers.h"

namespace frugald {

namespace {

using namespace std::chrono_literals;

using sections::count;
using sections::section;
using sections::tables;
using sections::whole_seconds;

std::filesystem::path directory(SettingsReader& part, std::string_view key,
                                const std::filesystem::path& otherwise) {
    std::filesystem::path path = part.text(key, otherwise.string());
    if (path.is_relative() && path != otherwise)
        part.mistake(key, "must be a full path, beginning with '/'");
    return path;
}

/// "127.0.0.1:9877" or "[::1]:9877"
bool is_address_and_port(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    std::string host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    unsigned port = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc{} || stop != end || port == 0 || port > 65535) return false;
    in6_addr address{};
    return ::inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), &address) == 1;
}

log::Priority log_level(SettingsReader& part) {
    const auto word =
        part.choice("log_level", "info", {"error", "warning", "notice", "info", "debug"});
    if (word == "error") return log::Priority::error;
    if (word == "warning") return log::Priority::warning;
    if (word == "notice") return log::Priority::notice;
    return word == "debug" ? log::Priority::debug : log::Priority::info;
}

void read_daemon(SettingsReader& part, DaemonConfig& to) {
    to.state_directory = directory(part, "state_directory", to.state_directory);
    to.runtime_directory = directory(part, "runtime_directory", to.runtime_directory);
    to.spool_directory = directory(part, "spool_directory", to.spool_directory);
    to.plugin_directory = directory(part, "plugin_directory", to.plugin_directory);
    to.profiles_directory = directory(part, "profiles_directory", to.profiles_directory);
    to.secrets_file = directory(part, "secrets_file", to.secrets_file);
    to.log_level = log_level(part);
    to.snapshot_interval = part.duration("snapshot_interval_s", to.snapshot_interval, 100ms, 60s);
    to.scheduler_interval =
        part.duration("scheduler_interval_s", to.scheduler_interval, 500ms, 5min);
    to.store_interval = part.duration("store_interval_s", to.store_interval, 1s, 1h);
    to.stale_after = part.duration("stale_after_s", to.stale_after, 1s, 24h);
    to.keep_readings = 24h * part.integer("keep_readings_days", to.keep_readings / 24h, {1, 3650});
    to.keep_five_minutes =
        24h * part.integer("keep_5min_days", to.keep_five_minutes / 24h, {1, 36500});
    to.keep_hours = 24h * part.integer("keep_hourly_days", to.keep_hours / 24h, {1, 36500});
    to.keep_free_percent = count(part, "keep_free_percent", to.keep_free_percent, {0, 90});
}

void read_access(SettingsReader& part, AccessConfig& to) {
    to.http_listen = part.text("http_listen", to.http_listen);
    if (!to.http_listen.empty() && !is_address_and_port(to.http_listen))
        part.mistake("http_listen",
                     "must be ADDRESS:PORT, as in \"127.0.0.1:9877\" or \"[::1]:9877\", or \"\"");
    to.admin_group = part.text("admin_group", to.admin_group);
    to.view_group = part.text("view_group", to.view_group);
    if (part.has("hook_users")) to.hook_users = part.texts("hook_users");
}

void read_power(SettingsReader& part, PowerConfig& to) {
    to.soft_off_grace = part.duration("soft_off_grace_s", to.soft_off_grace, 1s, 1h);
    to.soft_off_first = part.boolean("soft_off_first", to.soft_off_first);
    to.verify_after = part.duration("verify_after_s", to.verify_after, 10ms, 10min);
    to.verify_for = part.duration("verify_for_s", to.verify_for, 100ms, 1h);
    if (to.verify_for <= to.verify_after)
        part.mistake("verify_for_s", "must be longer than verify_after_s");
    to.attempts = count(part, "attempts", to.attempts, {1, 10});
    to.resume_fail_off = part.choice("resume_fail", "report", {"report", "off"}) == "off";
}

void read_cap(SettingsReader& part, CapConfig& to) {
    to.default_lease = whole_seconds(part, "default_lease_s", to.default_lease, 720h);
    to.longest_lease = whole_seconds(part, "longest_lease_s", to.longest_lease, 720h);
    if (to.default_lease > to.longest_lease)
        part.mistake("default_lease_s", "must not be longer than longest_lease_s");
    to.least_watts = part.number("least_watts", to.least_watts, {1, 100000});
}

void read_idle(SettingsReader& part, IdlePolicyConfig& to) {
    to.enabled = part.boolean("enabled", to.enabled);
    to.idle_for = whole_seconds(part, "idle_for_s", to.idle_for, 720h);
    to.spare_nodes = count(part, "spare_nodes", to.spare_nodes, {0, 65536});
    to.partitions = part.texts("partitions");
}

/// One `[[model]]`. A node in two of them is a mistake.
void read_model(SettingsReader& part, PowerModels& to) {
    PowerModel model;
    constexpr Bounds bounds{0, 100e3};
    model.off = Watts{part.number("off_watts", 0, bounds)};
    model.idle = Watts{part.number("idle_watts", 0, bounds)};
    model.full = Watts{part.number("full_watts", 0, bounds)};
    model.boot = Watts{part.number("boot_watts", model.full.value, bounds)};
    model.boots_for = whole_seconds(part, "boot_s", model.boots_for, 1h);
    for (const char* const key : {"nodes", "idle_watts", "full_watts"})
        if (!part.has(key)) part.mistake(key, "must be set");
    if (model.off > model.idle || model.idle > model.full)
        part.mistake("full_watts", "must not be less than idle_watts, nor that than off_watts");
    for (const auto& node : part.nodes("nodes"))
        if (!to.emplace(node, model).second) part.mistake("nodes", node + " has a model already");
}

void read_ledger(SettingsReader& part, LedgerSettings& to) {
    to.jobs = part.boolean("jobs", to.jobs);
    to.admin_comment = part.boolean("admin_comment", to.admin_comment);
    to.keep = 24h * part.integer("keep_jobs_days", to.keep / 24h, {1, 36500});
}

}  // namespace

const std::vector<std::string>& own_names() {
    static const std::vector<std::string> names{
        "managed_nodes", "never_touch", "daemon", "access",     "guard", "power",      "cap",
        "policy",        "model",       "feed",   "reconciler", "pue",   "power_tree", "ledger"};
    return names;
}

Result<void> read_sections(const Settings& own, Config& config, std::vector<std::string>& known) {
    SettingsReader top{own};
    config.managed_nodes = top.nodes("managed_nodes");
    config.never_touch = top.nodes("never_touch");
    known = top.known();
    section(top, "daemon", config.daemon, read_daemon, known);
    section(top, "access", config.access, read_access, known);
    section(top, "guard", config.guard, sections::read_guard, known);
    section(top, "power", config.power, read_power, known);
    section(top, "cap", config.cap, read_cap, known);
    SettingsReader policy{top.table("policy")};
    section(policy, "idle", config.idle, read_idle, known);
    top.adopt(policy.finish());
    tables(top, "model", config.models, read_model, known);
    sections::read_feeds(top, config, known);
    section(top, "reconciler", config.reconciler, sections::read_reconciler, known);
    section(top, "pue", config.pue, sections::read_pue, known);
    section(top, "ledger", config.ledger, read_ledger, known);
    return top.finish();
}

}  // namespace frugald
