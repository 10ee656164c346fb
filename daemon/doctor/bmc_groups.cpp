#include "daemon/doctor/bmc_groups.h"

#include <algorithm>

#include "daemon/core/nodeset.h"

namespace frugald::doctor {

namespace {

std::vector<std::string> hosts_of(const std::string& text, const std::vector<std::string>& nodes) {
    constexpr std::string_view placeholder = "{node}";
    const auto at = text.find(placeholder);
    if (at == std::string::npos) return expand_nodeset(text).value_or(std::vector<std::string>{});
    std::vector<std::string> hosts;
    for (const auto& node : nodes) {
        hosts.push_back(text);
        hosts.back().replace(at, placeholder.size(), node);
    }
    return hosts;
}

}  // namespace

std::vector<BmcGroup> bmc_groups(const Config& config) {
    std::vector<BmcGroup> groups;
    const auto ipmi = std::ranges::find(config.plugins, "ipmi", &Settings::path);
    if (ipmi == config.plugins.end()) return groups;
    SettingsReader part{*ipmi};
    for (const auto* table : part.tables("group")) {
        SettingsReader reader{*table};
        BmcGroup group;
        group.nodes = reader.nodes("nodes");
        group.hosts = hosts_of(reader.text("bmc", ""), group.nodes);
        group.port = reader.integer("port", 623);
        group.cipher_suites = reader.integers("cipher_suites", {17});
        if (group.hosts.size() == group.nodes.size()) groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace frugald::doctor
