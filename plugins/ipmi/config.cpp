#include "plugins/ipmi/config.h"

#include <fmt/format.h>

#include <set>

#include "daemon/core/nodeset.h"
#include "plugins/ipmi/identities.h"

namespace frugald::ipmi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t longest_user = 16;      // IPMI 2.0, 13.20
constexpr std::size_t longest_password = 20;  // IPMI 2.0, 22.30

void read_network(SettingsReader& reader, NetworkConfig& network) {
    network.retransmit =
        reader.duration("retransmit_ms", network.retransmit, milliseconds{50}, milliseconds{10000});
    network.attempts = static_cast<unsigned>(reader.integer("attempts", 3, {1, 10}));
    network.sessions_per_s = static_cast<unsigned>(
        reader.integer("sessions_per_s", network.sessions_per_s, {1, 100000}));
    network.packets_per_s =
        static_cast<unsigned>(reader.integer("packets_per_s", 20000, {10, 1000000}));
    network.session_expiry = reader.duration("session_expiry_s", network.session_expiry,
                                             milliseconds{0}, milliseconds{3600000});
    network.receive_buffer_bytes = static_cast<int>(
        reader.integer("receive_buffer_bytes", network.receive_buffer_bytes, {65536, 1 << 30}));
}

// A named profile's workarounds are the group's, so that also its sessions have them.
void read_profile(SettingsReader& reader, const std::shared_ptr<const Profiles>& profiles,
                  Group& group) {
    group.workarounds = group.workarounds | parse_workarounds(reader, reader.texts("workarounds"));
    const std::string name = reader.text("profile", "auto");
    if (name == "auto") {
        group.identities = std::make_shared<Identities>(profiles);
        return;
    }
    group.habits = profiles->find(name);
    if (group.habits)
        group.workarounds = group.workarounds | group.habits->workarounds;
    else
        reader.mistake("profile", fmt::format("there is no profile '{}'; there are auto, {}", name,
                                              profiles->names()));
}

void read_suites(SettingsReader& reader, std::vector<std::uint8_t>& suites) {
    suites.clear();
    for (const std::int64_t id : reader.integers("cipher_suites", {17}, {0, 255})) {
        if (id == 17 || id == 3)
            suites.push_back(static_cast<std::uint8_t>(id));
        else
            reader.mistake("cipher_suites",
                           fmt::format("cipher suite {} is refused: only 17 and, where a BMC knows "
                                       "no better, 3 both authenticate and encrypt",
                                       id));
    }
    if (suites.empty()) suites.push_back(17);
}

void read_credentials(SettingsReader& reader, const FindSecret& secret, Credentials& credentials) {
    credentials.user = reader.required_text("user");
    if (credentials.user.size() > longest_user)
        reader.mistake("user", "a user name of IPMI has at most 16 bytes");
    const std::string name = reader.required_text("secret");
    if (!name.empty()) {
        const Result<Secret> found = secret(name);
        if (!found)
            reader.mistake("secret", found.error().text);
        else if (found->reveal().size() > longest_password)
            reader.mistake("secret", "a password of IPMI has at most 20 bytes");
        else
            credentials.password = *found;
    }
    const std::string privilege =
        reader.choice("privilege", "administrator", {"user", "operator", "administrator"});
    credentials.privilege = privilege == "user"       ? Privilege::user
                            : privilege == "operator" ? Privilege::operator_
                                                      : Privilege::administrator;
    read_suites(reader, credentials.cipher_suites);
}

void read_rhythm(SettingsReader& reader, Group& group) {
    group.interval = reader.duration("interval_s", seconds{10}, milliseconds{100}, seconds{3600});
    group.chassis_interval =
        reader.duration("chassis_interval_s", group.interval, milliseconds{100}, seconds{3600});
    group.sensors_interval =
        reader.duration("sensors_interval_s", seconds{60}, milliseconds{100}, seconds{86400});
    group.repository_interval =
        reader.duration("repository_interval_s", seconds{3600}, seconds{10}, seconds{86400});
    group.sensors = reader.boolean("sensors", true);
    group.workarounds.freeipmi_codec =
        reader.choice("codec", "direct", {"direct", "freeipmi"}) == "freeipmi";
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

void read_group(SettingsReader& reader, const FindSecret& secret,
                const std::shared_ptr<const Profiles>& profiles, std::vector<BmcConfig>& bmcs) {
    auto group = std::make_shared<Group>();
    const std::vector<std::string> nodes = reader.nodes("nodes");
    if (nodes.empty()) reader.mistake("nodes", "the nodes of this group are missing");
    const auto port = static_cast<unsigned short>(reader.integer("port", 623, {1, 65535}));
    read_credentials(reader, secret, group->credentials);
    read_rhythm(reader, *group);
    read_profile(reader, profiles, *group);
    const std::vector<std::string> hosts = read_hosts(reader, nodes);
    if (hosts.size() != nodes.size()) return;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        bmcs.push_back({nodes[i], hosts[i], port, group});
}

void refuse_duplicates(SettingsReader& reader, const std::vector<BmcConfig>& bmcs) {
    std::set<std::string> nodes;
    std::set<std::pair<std::string, unsigned short>> hosts;
    for (const BmcConfig& bmc : bmcs) {
        if (!nodes.insert(bmc.node).second)
            reader.mistake("group", fmt::format("node {} is in two groups", bmc.node));
        if (!hosts.insert({bmc.host, bmc.port}).second)
            reader.mistake("group", fmt::format("BMC {} belongs to two nodes, the second is {}",
                                                bmc.host, bmc.node));
    }
}

}  // namespace

Result<Config> read_config(const Settings& part, const FindSecret& secret,
                           const std::shared_ptr<const Profiles>& profiles) {
    Config config;
    SettingsReader reader(part);
    read_network(reader, config.network);
    for (const Settings* table : reader.tables("group")) {
        SettingsReader group(*table);
        read_group(group, secret, profiles, config.bmcs);
        reader.adopt(group.finish());
    }
    refuse_duplicates(reader, config.bmcs);
    const Result<void> finished = reader.finish();
    if (!finished) return tl::unexpected(finished.error());
    return config;
}

}  // namespace frugald::ipmi
