#include <fmt/format.h>

#include <algorithm>

#include "daemon/ctl/discover.h"

namespace frugald::ctl {

namespace {

bool is(const Json& object, const char* key) {
    return object.is_object() && object.at(key).is_boolean() && object.at(key).get<bool>();
}

bool lists(const Json& bmc, int suite) {
    const Json& suites = bmc.at("cipher_suites");
    return suites.is_array() && std::ranges::count(suites, Json(suite)) > 0;
}

void add_access_flags(const Json& bmc, std::vector<Flag>& flags) {
    if (is(bmc.at("open_session_suite_0"), "accepted"))
        flags.push_back({"cipher suite 0 enabled", true});
    else if (lists(bmc, 0))
        flags.push_back({"cipher suite 0 listed", true});
    const Json& capabilities = bmc.at("capabilities");
    if (is(capabilities, "null_users")) flags.push_back({"null user", true});
    if (is(capabilities, "anonymous_login")) flags.push_back({"anonymous login", true});
    if (is(capabilities, "bmc_key_set")) flags.push_back({"BMC key (K_g) set", true});
    if (capabilities.is_null())
        flags.push_back({"no IPMI over LAN", true});
    else if (!is(capabilities, "ipmi_2_0"))
        flags.push_back({"no IPMI 2.0", true});
}

void add_guid_flag(const Json& bmc, const Guids& guids, std::vector<Flag>& flags) {
    const auto same = guids.find(text(bmc.at("guid")));
    if (same == guids.end() || same->second.size() < 2) return;
    const auto& nodes = same->second;
    const std::string& other = nodes.front() == text(bmc.at("node")) ? nodes[1] : nodes.front();
    const std::size_t more = nodes.size() - 2;
    flags.push_back({fmt::format("duplicate GUID (same as {}{})", other,
                                 more == 0 ? "" : fmt::format(" and {} more", more)),
                     true});
}

}  // namespace

Guids collect_guids(const std::vector<Json>& bmcs) {
    Guids guids;
    for (const Json& bmc : bmcs)
        if (const std::string guid = text(bmc.at("guid")); !guid.empty())
            guids[guid].push_back(text(bmc.at("node")));
    return guids;
}

std::vector<Flag> flags_of(const Json& bmc, const Guids& guids) {
    std::vector<Flag> flags;
    if (!is(bmc, "answered")) {
        const std::string failure = text(bmc.at("failure"));
        flags.push_back({failure.starts_with("does not answer") ? "no answer" : failure, true});
        return flags;
    }
    add_access_flags(bmc, flags);
    add_guid_flag(bmc, guids, flags);
    if (const Json& login = bmc.at("login"); login.is_object() && !login.at("failure").is_null())
        flags.push_back({"no login: " + text(login.at("failure")), true});
    else if (const auto suite = suite_of(bmc); !suite)
        flags.push_back({"neither suite 17 nor 3", true});
    else if (*suite == 3)
        flags.push_back({"only suite 3"});
    for (const std::string& workaround : workarounds_of(bmc))
        flags.push_back({"needs " + workaround});
    if (const Json& power = bmc.at("power"); power.is_object() && power.at("path").is_null())
        flags.push_back({"no power path"});
    return flags;
}

bool succeeded(const Json& bmc) {
    const Json& login = bmc.at("login");
    return is(bmc, "answered") && (login.is_null() || login.at("failure").is_null());
}

std::optional<int> suite_of(const Json& bmc) {
    if (const Json& login = bmc.at("login"); login.is_object())
        return login.at("failure").is_null() ? std::optional{login.at("suite").get<int>()}
                                             : std::nullopt;
    if (const Json& offer = bmc.at("open_session"); is(offer, "accepted"))
        return offer.at("suite").get<int>();
    return std::nullopt;
}

std::vector<std::string> workarounds_of(const Json& bmc) {
    if (const Json& login = bmc.at("login"); login.is_object())
        return login.at("workarounds").get<std::vector<std::string>>();
    const Json& offer = bmc.at("open_session");
    if (is(offer, "accepted") && offer.at("privilege") == 0) return {"opensesspriv"};
    return {};
}

std::string model_of(const Json& bmc) {
    const Json& device = bmc.at("device");
    if (device.is_null()) return "?";
    const std::string name = text(device.at("manufacturer"));
    return fmt::format(
        "{} {}", name.empty() ? fmt::format("IANA {}", device.at("manufacturer_id").dump()) : name,
        device.at("product_id").dump());
}

}  // namespace frugald::ctl
