#include "plugins/ipmi/discover/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace frugald::ipmi::discover {
namespace {

using Json = nlohmann::ordered_json;

Json text(const std::string& words) { return words.empty() ? Json() : Json(words); }

/// IANA enterprise numbers of those who make servers and their BMCs.
Json manufacturer(std::uint32_t number) {
    static constexpr std::pair<std::uint32_t, const char*> known[] = {
        {2, "IBM"},
        {11, "HP"},
        {42, "Sun"},
        {107, "Bull"},
        {343, "Intel"},
        {674, "Dell"},
        {2011, "Huawei"},
        {2623, "ASUS"},
        {4769, "IBM"},
        {5593, "Magnum"},
        {5703, "NVIDIA"},
        {5771, "Cisco"},
        {6653, "Tyan"},
        {7244, "Quanta"},
        {10368, "Fujitsu"},
        {10437, "Peppercon"},
        {10876, "Supermicro"},
        {11161, "Wistron"},
        {15370, "Gigabyte"},
        {19046, "Lenovo"},
        {20301, "IBM"},
        {20569, "Inventec"},
        {25506, "H3C"},
        {37945, "Inspur"},
        {47196, "HPE"},
        {47488, "Supermicro"},
        {49622, "ASRock Rack"},
        {58132, "xFusion"},
    };
    for (const auto& [iana, name] : known)
        if (iana == number) return name;
    return nullptr;
}

Json capabilities(const Capabilities& c) {
    static constexpr std::pair<unsigned, const char*> types[] = {
        {0, "none"}, {1, "md2"}, {2, "md5"}, {4, "password"}, {5, "oem"}};
    Json authentication = Json::array();
    for (const auto& [bit, name] : types)
        if (c.authentication >> bit & 1) authentication.push_back(name);
    return {{"ipmi_2_0", c.ipmi_2_0},
            {"null_users", c.null_users},
            {"anonymous_login", c.anonymous_login},
            {"named_users", c.named_users},
            {"per_message_authentication", c.per_message_authentication},
            {"user_level_authentication", c.user_level_authentication},
            {"bmc_key_set", c.key_set},
            {"ipmi_1_5_authentication", authentication}};
}

Json offer(const std::optional<Offer>& offer) {
    if (!offer) return nullptr;
    return {{"suite", offer->suite},
            {"accepted", offer->status == 0},
            {"status", offer->status},
            {"privilege", offer->status == 0 ? Json(offer->privilege) : Json()}};
}

Json login(const Login& login) {
    Json workarounds = Json::array();
    if (login.open_session_privilege) workarounds.push_back("opensesspriv");
    return {{"suite", login.suite}, {"workarounds", workarounds}, {"failure", text(login.failure)}};
}

Json device(const Device& device) {
    return {{"manufacturer_id", device.manufacturer},
            {"manufacturer", manufacturer(device.manufacturer)},
            {"product_id", device.product},
            {"firmware", device.firmware}};
}

Json power(const Power& power) {
    return {{"path", text(power.path)},
            {"watts", power.path.empty() ? Json() : Json(power.watts)},
            {"reason", text(power.reason)}};
}

Json limit(const Limit& limit) {
    return {{"answers", limit.answers},
            {"active", limit.answers ? Json(limit.active) : Json()},
            {"watts", limit.answers ? Json(limit.watts) : Json()},
            {"reason", text(limit.reason)}};
}

}  // namespace

std::string to_string(const Guid& guid) {
    std::string text;
    for (std::size_t i = guid.size(); i-- > 0;) {
        text += fmt::format("{:02x}", guid[i]);
        if (i == 12 || i == 10 || i == 8 || i == 6) text += '-';
    }
    return text;
}

std::string report(const Facts& f) {
    Json json{{"node", f.target.node},
              {"bmc", f.target.host},
              {"address", text(f.address)},
              {"port", f.target.port},
              {"answered", f.answered},
              {"failure", text(f.failure)},
              {"rmcp_pong", f.answered ? Json(f.pong) : Json()},
              {"capabilities", f.capabilities ? capabilities(*f.capabilities) : Json()},
              {"cipher_suites", f.suites ? Json(*f.suites) : Json()},
              {"open_session", offer(f.offer)},
              {"open_session_suite_0", offer(f.offer_0)},
              {"guid", f.guid ? Json(to_string(*f.guid)) : Json()},
              {"login", f.login ? login(*f.login) : Json()},
              {"device", f.device ? device(*f.device) : Json()},
              {"power", f.power ? power(*f.power) : Json()},
              {"power_limit", f.limit ? limit(*f.limit) : Json()}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace frugald::ipmi::discover
