#include "plugins/redfish/config.h"

#include <fmt/format.h>

#include <set>

#include "daemon/core/nodeset.h"

namespace frugald::redfish {
namespace {

constexpr std::int64_t https_port = 443;
constexpr std::int64_t http_port = 80;

/// What may stand in `[[redfish.group]]`, and in `[redfish]` for all of them.
struct Common {
    std::optional<std::int64_t> port;
    std::string user;
    std::string secret;
    std::string ca_file;
    bool plain_http = false;
    milliseconds interval = seconds{10};
    std::optional<milliseconds> chassis_interval;
    milliseconds supplies_interval = seconds{60};
    milliseconds bios_interval = seconds{3600};
    milliseconds timeout = seconds{15};
};

Common read_common(SettingsReader& reader, const Common& otherwise) {
    Common common;
    common.plain_http = reader.boolean("plain_http", otherwise.plain_http);
    common.port = otherwise.port;
    if (reader.has("port"))
        common.port = reader.integer("port", https_port, {.least = 1, .most = 65535});
    common.user = reader.text("user", otherwise.user);
    common.secret = reader.text("secret", otherwise.secret);
    common.ca_file = reader.text("ca_file", otherwise.ca_file);
    common.interval = reader.duration("interval_s", otherwise.interval, seconds{1}, seconds{3600});
    common.chassis_interval = otherwise.chassis_interval;
    if (reader.has("chassis_interval_s"))
        common.chassis_interval =
            reader.duration("chassis_interval_s", common.interval, seconds{1}, seconds{3600});
    common.supplies_interval = reader.duration("supplies_interval_s", otherwise.supplies_interval,
                                               seconds{1}, seconds{86400});
    common.bios_interval =
        reader.duration("bios_interval_s", otherwise.bios_interval, seconds{60}, seconds{604800});
    common.timeout =
        reader.duration("timeout_s", otherwise.timeout, milliseconds{100}, seconds{120});
    return common;
}

Secret read_password(SettingsReader& reader, const Common& common, const FindSecret& secret) {
    if (common.user.empty()) reader.mistake("user", "'user' is missing, here or in [redfish]");
    if (common.secret.empty()) {
        reader.mistake("secret",
                       "'secret' is missing, here or in [redfish]: the name of the secret that "
                       "holds the password");
        return {};
    }
    auto found = secret(common.secret);
    if (found) return *std::move(found);
    reader.mistake("secret", found.error().text);
    return {};
}

std::string checked_pin(SettingsReader& reader, std::string_view key, const std::string& text) {
    std::string pin = parse_fingerprint(text);
    if (pin.empty())
        reader.mistake(key,
                       "a pin is the SHA-256 fingerprint of the BMC's certificate: 64 hexadecimal "
                       "digits, as openssl x509 -noout -fingerprint -sha256 prints them");
    return pin;
}

/// `pin = "AB:CD..."` for all BMCs of the group, or `[redfish.group.pin]` with one per node.
std::map<std::string, std::string> read_pins(SettingsReader& reader, const Settings& settings,
                                             const std::vector<std::string>& nodes) {
    std::map<std::string, std::string> pins;
    const auto* entry = settings.find("pin");
    if (!entry) return pins;
    if (!std::holds_alternative<std::shared_ptr<Settings>>(entry->value.value)) {
        const std::string pin = checked_pin(reader, "pin", reader.required_text("pin"));
        for (const auto& node : nodes) pins[node] = pin;
        return pins;
    }
    const std::set<std::string> known(nodes.begin(), nodes.end());
    SettingsReader table{reader.table("pin")};
    for (const auto& one : table.free_entries()) {
        if (known.count(one.key) == 0)
            table.mistake(one.key, fmt::format("{} is not a node of this group", one.key));
        pins[one.key] = checked_pin(table, one.key, table.required_text(one.key));
    }
    reader.adopt(table.finish());
    return pins;
}

void check_trust(SettingsReader& reader, const Common& common, bool pinned) {
    if (common.plain_http && (pinned || reader.has("ca_file")))
        reader.mistake("plain_http",
                       "plain HTTP has no certificates: drop plain_http, or ca_file and pin");
    if (!common.plain_http && !common.ca_file.empty())
        if (const auto tls = make_tls({.ca_file = common.ca_file}); !tls)
            reader.mistake("ca_file", tls.error().text);
}

/// The BMC's name or address of each node, in the nodes' order.
std::vector<std::string> read_hosts(SettingsReader& reader, const std::vector<std::string>& nodes) {
    constexpr std::string_view placeholder = "{node}";
    const std::string text = reader.required_text("bmc");
    std::vector<std::string> hosts;
    if (text.empty()) return hosts;
    if (const auto at = text.find(placeholder); at != std::string::npos) {
        for (const std::string& node : nodes) {
            hosts.push_back(text);
            hosts.back().replace(at, placeholder.size(), node);
        }
        return hosts;
    }
    auto expanded = expand_nodeset(text);
    if (!expanded) {
        reader.mistake("bmc", expanded.error().text);
        return hosts;
    }
    if (expanded->size() != nodes.size())
        reader.mistake("bmc", fmt::format("{} different BMCs for {} nodes; write as many, in the "
                                          "same order, or a pattern like \"{{node}}-bmc\"",
                                          expanded->size(), nodes.size()));
    return std::move(*expanded);
}

std::shared_ptr<Group> make_group(const Common& common) {
    auto group = std::make_shared<Group>();
    group->user = common.user;
    group->interval = common.interval;
    group->chassis_interval = common.chassis_interval.value_or(common.interval);
    group->supplies_interval = common.supplies_interval;
    group->bios_interval = common.bios_interval;
    group->timeout = common.timeout;
    return group;
}

void read_group(const Settings& settings, SettingsReader& reader, const Common& defaults,
                const FindSecret& secret, const Group& site, std::vector<BmcConfig>& bmcs) {
    const std::vector<std::string> nodes = reader.nodes("nodes");
    if (nodes.empty()) reader.mistake("nodes", "the nodes of this group are missing");
    const Common common = read_common(reader, defaults);
    const auto group = make_group(common);
    group->number = site.number;
    group->expected_bios = site.expected_bios;
    group->password = read_password(reader, common, secret);
    const std::string system = reader.text("system", "");
    const auto pins = read_pins(reader, settings, nodes);
    check_trust(reader, common, !pins.empty());
    const auto hosts = read_hosts(reader, nodes);
    if (hosts.size() != nodes.size()) return;
    const auto port = common.port.value_or(common.plain_http ? http_port : https_port);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto pin = pins.find(nodes[i]);
        bmcs.push_back({.node = nodes[i],
                        .host = hosts[i],
                        .port = static_cast<unsigned short>(port),
                        .system = system,
                        .group = group,
                        .trust = {.plain_http = common.plain_http,
                                  .ca_file = common.ca_file,
                                  .pin = pin == pins.end() ? "" : pin->second}});
    }
}

void refuse_duplicates(SettingsReader& reader, const std::vector<BmcConfig>& bmcs) {
    std::set<std::string> nodes;
    std::map<std::pair<std::string, unsigned short>, std::vector<const BmcConfig*>> shared;
    for (const BmcConfig& bmc : bmcs) {
        if (!nodes.insert(bmc.node).second)
            reader.mistake("group", fmt::format("node {} is in two groups", bmc.node));
        auto& others = shared[{bmc.host, bmc.port}];
        for (const BmcConfig* other : others) {
            if (bmc.system.empty() || other->system.empty() || bmc.system == other->system)
                reader.mistake(
                    "group", fmt::format("BMC {} belongs to two nodes, {} and {}: say with system "
                                         "which of its systems each of them is",
                                         bmc.host, other->node, bmc.node));
            if (bmc.trust != other->trust || bmc.group->user != other->group->user)
                reader.mistake("group", fmt::format("BMC {} has another user, ca_file, pin or "
                                                    "plain_http for {} than for {}",
                                                    bmc.host, bmc.node, other->node));
        }
        others.push_back(&bmc);
    }
}

}  // namespace

Result<Config> read_config(const Settings& part, const FindSecret& secret) {
    Config config;
    SettingsReader reader(part);
    const Common defaults = read_common(reader, {});
    Group site;
    SettingsReader bios{reader.table("bios")};
    for (const auto& attribute : bios.free_entries())
        site.expected_bios[attribute.key] = bios.required_text(attribute.key);
    reader.adopt(bios.finish());
    for (const Settings* table : reader.tables("group")) {
        ++site.number;
        SettingsReader group(*table);
        read_group(*table, group, defaults, secret, site, config.bmcs);
        reader.adopt(group.finish());
    }
    refuse_duplicates(reader, config.bmcs);
    const Result<void> finished = reader.finish();
    if (!finished) return tl::unexpected(finished.error());
    return config;
}

}  // namespace frugald::redfish
