#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/nodeset.h"
#include "daemon/ctl/discover.h"

namespace frugald::ctl {

namespace {

/// BMCs that one table describes.
struct Kind {
    int suite = 0;
    std::vector<std::string> workarounds;
    std::string model;
    auto operator<=>(const Kind&) const = default;
};
using Members = std::vector<const Json*>;

std::string toml_text(std::string_view words) {
    std::string result = "\"";
    for (const char c : plain(words)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

/// Folded if that keeps the order, which ties nodes to BMCs.
std::string in_order(const std::vector<std::string>& names) {
    const std::string folded = fold_nodeset(names);
    const auto expanded = expand_nodeset(folded);
    if (expanded && *expanded == names) return folded;
    std::string list;
    for (const std::string& name : names) append(list, ",", name);
    return list;
}

std::vector<std::string> column(const Members& members, const char* key) {
    std::vector<std::string> values;
    for (const Json* const bmc : members) values.push_back(text(bmc->at(key)));
    return values;
}

/// "dcmi (12), none (4)"
template <class Describe>
std::string tally(const Members& members, Describe describe) {
    std::map<std::string, std::size_t> counts;
    for (const Json* const bmc : members) ++counts[describe(*bmc)];
    std::string list;
    for (const auto& [what, count] : counts)
        append(list, ", ", fmt::format("{} ({})", what, count));
    return plain(list);
}

std::string firmware(const Json& bmc) {
    const Json& device = bmc.at("device");
    return device.is_null() ? "unknown" : text(device.at("firmware"));
}

std::string power_path(const Json& bmc) {
    const Json& power = bmc.at("power");
    if (power.is_null()) return "not asked";
    const std::string path = text(power.at("path"));
    return path.empty() ? "none, these nodes need a PDU outlet" : path;
}

std::string limit_remark(const Json& bmc) {
    const Json& limit = bmc.at("power_limit");
    if (limit.is_null()) return "not known";
    return limit.at("answers").get<bool>() ? "answered" : "not offered";
}

/// A comment line for each thing to see to, with its nodes.
std::string remarks(const std::map<std::string, std::vector<std::string>>& nodes_by_text) {
    std::string lines;
    for (const auto& [what, nodes] : nodes_by_text)
        lines += fmt::format("#   {}: {}\n", fold_nodeset(nodes), plain(what));
    return lines;
}

/// What is known about them, and what an administrator should see to.
std::string comment(const Kind& kind, const Members& members, const Guids& guids) {
    std::map<std::string, std::vector<std::string>> flagged;
    for (const Json* const bmc : members)
        for (const Flag& flag : flags_of(*bmc, guids)) {
            // Those who share one stand in one line.
            const bool same = flag.text.starts_with("duplicate GUID");
            const std::string what = same ? "duplicate GUID " + text(bmc->at("guid")) : flag.text;
            if (flag.bad) flagged[what].push_back(text(bmc->at("node")));
        }
    const bool known = kind.model != "?";
    std::string lines = "\n# " + (known ? plain(kind.model) : std::string{"Model not known"});
    if (known) lines += fmt::format(", firmware {}", tally(members, firmware));
    lines += fmt::format("\n# Node power: {}. Power limits: {}.\n", tally(members, power_path),
                         tally(members, limit_remark));
    if (!flagged.empty()) lines += "# See to:\n" + remarks(flagged);
    return lines;
}

std::string table(const Kind& kind, const Members& members, const DiscoverOptions& options) {
    const bool pattern = options.bmc.find("{node}") != options.bmc.npos;
    const std::string bmcs = pattern ? options.bmc : in_order(column(members, "bmc"));
    std::string workarounds;
    for (const std::string& name : kind.workarounds) append(workarounds, ", ", toml_text(name));
    std::string lines = "[[ipmi.group]]\n";
    lines += fmt::format("nodes = {}\n", toml_text(in_order(column(members, "node"))));
    lines += fmt::format("bmc = {}\nport = {}\n", toml_text(bmcs), options.port);
    lines += options.user.empty() ? "user = \"frugald\"  # a guess: none was given\n"
                                  : fmt::format("user = {}\n", toml_text(options.user));
    lines += fmt::format("secret = {}\nprivilege = {}\ncipher_suites = [{}]\nworkarounds = [{}]\n",
                         toml_text(options.secret_name), toml_text(options.privilege), kind.suite,
                         workarounds);
    return lines;
}

}  // namespace

Proposal propose(const std::vector<Json>& bmcs, const DiscoverOptions& options) {
    const Guids guids = collect_guids(bmcs);
    std::map<Kind, Members> kinds;
    std::map<std::string, std::vector<std::string>> left_out;
    Proposal proposal;
    for (const Json& bmc : bmcs) {
        const auto suite = suite_of(bmc);
        if (succeeded(bmc) && suite) {
            kinds[{*suite, workarounds_of(bmc), model_of(bmc)}].push_back(&bmc);
            ++proposal.nodes;
            continue;
        }
        const auto flags = flags_of(bmc, guids);
        const std::string why = flags.empty() ? "no cipher suite" : flags.back().text;
        left_out[why].push_back(text(bmc.at("node")));
    }
    proposal.toml = fmt::format(
        "# Proposed by frugalctl discover. Read it, then move it to conf.d beside frugald.toml "
        "and\n"
        "# run frugald --check-config. The password belongs into frugald's secrets under the name\n"
        "# \"{}\" (docs/configuration.md).\n",
        plain(options.secret_name));
    if (options.user.empty())
        proposal.toml +=
            "# No credentials were given: models, power paths and limits are not known, and no\n"
            "# login was tried.\n";
    if (!left_out.empty()) proposal.toml += "#\n# Left out:\n" + remarks(left_out);
    for (const auto& [kind, members] : kinds)
        proposal.toml += comment(kind, members, guids) + table(kind, members, options);
    return proposal;
}

}  // namespace frugald::ctl
