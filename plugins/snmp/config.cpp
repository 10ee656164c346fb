#include "plugins/snmp/config.h"

#include <fmt/format.h>

#include <set>

namespace frugald::snmp {

namespace {

using namespace std::chrono_literals;

/// What may stand in `[[snmp.pdu]]`, and in `[snmp]` for all of them.
struct Common {
    std::int64_t port = 161;
    std::string profile = "auto";
    std::string version = "3";
    std::string secret;
    std::string user;
    std::string auth = "SHA-256";
    std::string auth_secret;
    std::string privacy = "AES";
    std::string privacy_secret;
    std::string context;
    std::chrono::milliseconds interval = 10s;
    std::chrono::milliseconds slow_interval = 60s;
};

Common read_common(SettingsReader& reader, const Common& otherwise) {
    Common common;
    common.port = reader.integer("port", otherwise.port, {.least = 1, .most = 65535});
    common.profile = reader.text("profile", otherwise.profile);
    common.version = reader.choice("version", otherwise.version, {"3", "2c", "1"});
    common.secret = reader.text("secret", otherwise.secret);
    common.user = reader.text("user", otherwise.user);
    common.auth = reader.choice("auth", otherwise.auth, known_auth());
    common.auth_secret = reader.text("auth_secret", otherwise.auth_secret);
    common.privacy = reader.choice("privacy", otherwise.privacy, known_privacy());
    common.privacy_secret = reader.text("privacy_secret", otherwise.privacy_secret);
    common.context = reader.text("context", otherwise.context);
    common.interval = reader.duration("interval_s", otherwise.interval, 1s, 3600s);
    common.slow_interval = reader.duration("slow_interval_s", otherwise.slow_interval, 0s, 120s);
    return common;
}

Secret find_secret(SettingsReader& reader, std::string_view key, const std::string& name,
                   const FindSecret& secret) {
    auto found = secret(name);
    if (found) return *std::move(found);
    reader.mistake(key, found.error().text);
    return {};
}

Secret find_password(SettingsReader& reader, std::string_view key, const std::string& name,
                     const FindSecret& secret) {
    auto found = find_secret(reader, key, name, secret);
    if (!found.empty() && found.reveal().size() < shortest_password)
        reader.mistake(key, fmt::format("the secret '{}' is shorter than the {} characters that "
                                        "SNMPv3 passwords have",
                                        name, shortest_password));
    return found;
}

void read_community(SettingsReader& reader, Account& account, const Common& common,
                    const FindSecret& secret) {
    if (common.secret.empty())
        reader.mistake("secret",
                       "'secret' is missing: the name of the secret that holds the "
                       "community");
    else
        account.community = find_secret(reader, "secret", common.secret, secret);
}

void read_user(SettingsReader& reader, Account& account, const Common& common,
               const FindSecret& secret) {
    account.user = common.user;
    account.auth = common.auth;
    account.privacy = common.privacy;
    account.context = common.context;
    if (common.user.empty() || common.user.size() > 32)
        reader.mistake("user", "SNMPv3 needs 'user', of 1 to 32 characters");
    if (common.auth_secret.empty())
        reader.mistake("auth_secret",
                       "SNMPv3 needs 'auth_secret': the name of the secret that "
                       "holds the authentication password");
    else
        account.auth_password = find_password(reader, "auth_secret", common.auth_secret, secret);
    if (!common.privacy_secret.empty())
        account.privacy_password =
            find_password(reader, "privacy_secret", common.privacy_secret, secret);
}

/// `outlets = "node[1-24]"` counts from outlet 1; `[snmp.pdu.outlets]` names each.
std::map<std::string, std::string> read_outlets(SettingsReader& reader, const Settings& settings) {
    std::map<std::string, std::string> outlets;
    const auto* entry = settings.find("outlets");
    if (!entry) return outlets;
    if (std::holds_alternative<std::shared_ptr<Settings>>(entry->value.value)) {
        SettingsReader table{reader.table("outlets")};
        for (const auto& outlet : table.free_entries())
            outlets[outlet.key] = table.required_text(outlet.key);
        reader.adopt(table.finish());
        return outlets;
    }
    std::size_t number = 0;
    for (auto& node : reader.nodes("outlets")) outlets[std::to_string(++number)] = std::move(node);
    return outlets;
}

PduConfig read_pdu(const Settings& settings, SettingsReader& reader, const Common& defaults,
                   const FindSecret& secret) {
    PduConfig pdu;
    pdu.name = reader.required_text("name");
    pdu.kind = reader.choice("kind", "pdu", {"pdu", "meter"}) == "meter" ? DeviceKind::meter
                                                                         : DeviceKind::pdu;
    pdu.account.host = reader.required_text("host");
    const auto common = read_common(reader, defaults);
    pdu.account.port = static_cast<std::uint16_t>(common.port);
    pdu.profile = common.profile;
    pdu.interval = common.interval;
    pdu.slow_interval = common.slow_interval;
    pdu.outlet_nodes = read_outlets(reader, settings);
    pdu.account.version = common.version == "1"    ? Version::v1
                          : common.version == "2c" ? Version::v2c
                                                   : Version::v3;
    if (pdu.account.version == Version::v3)
        read_user(reader, pdu.account, common, secret);
    else
        read_community(reader, pdu.account, common, secret);
    return pdu;
}

}  // namespace

Result<SnmpConfig> read_config(const Settings& part, const FindSecret& secret) {
    SettingsReader reader{part};
    SnmpConfig config;
    config.patience.timeout = reader.duration("timeout_ms", 1000ms, 50ms, 10s);
    config.patience.attempts =
        static_cast<int>(reader.integer("attempts", 2, {.least = 1, .most = 10}));
    const auto defaults = read_common(reader, {});
    std::set<std::string> names;
    for (const auto* settings : reader.tables("pdu")) {
        SettingsReader pdu{*settings};
        config.pdus.push_back(read_pdu(*settings, pdu, defaults, secret));
        const auto& name = config.pdus.back().name;
        if (!names.insert(name).second)
            pdu.mistake("name", fmt::format("there are two PDUs called '{}'", name));
        reader.adopt(pdu.finish());
    }
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return config;
}

}  // namespace frugald::snmp
