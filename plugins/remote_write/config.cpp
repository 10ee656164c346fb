#include "plugins/remote_write/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/remote_write/client.h"

namespace frugald::remote_write {

namespace {

bool is_label_name(std::string_view name) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, fits) &&
           !name.starts_with("__");
}

ExtraLabels read_labels(SettingsReader& reader) {
    SettingsReader table{reader.table("labels")};
    ExtraLabels labels;
    for (const auto& entry : table.free_entries()) {
        if (!is_label_name(entry.key))
            table.mistake(entry.key, fmt::format("'{}' is no name for a label: letters, digits and "
                                                 "_, no digit first, not __ first",
                                                 entry.key));
        if (is_own_label(entry.key))
            table.mistake(entry.key,
                          fmt::format("the label '{}' is given by frugald itself", entry.key));
        labels[entry.key] = table.required_text(entry.key);
    }
    reader.adopt(table.finish());
    return labels;
}

void read_authorization(SettingsReader& reader, const FindSecret& find, Config& config) {
    config.user = reader.text("user", "");
    const auto name = reader.text("secret", "");
    if (name.empty()) {
        if (!config.user.empty())
            reader.mistake("user",
                           "'secret' is missing: the name of the secret that holds the "
                           "password of this user");
        return;
    }
    auto found = find(name);
    if (found)
        config.secret = *std::move(found);
    else
        reader.mistake("secret", found.error().text);
    if (config.user.find(':') != config.user.npos)
        reader.mistake("user", "a user's name has no colon");
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
    if (std::ranges::any_of(config.secret.reveal(), control))
        reader.mistake("secret", fmt::format("the secret '{}' has a control character in it, "
                                             "perhaps a newline at its end",
                                             name));
}

void read_trust(SettingsReader& reader, Config& config) {
    config.ca_file = reader.text("ca_file", "");
    if (config.ca_file.empty()) return;
    if (!config.url.tls)
        reader.mistake("ca_file",
                       "plain HTTP has no certificates: write https:// in url, or drop "
                       "ca_file");
    else if (const auto tls = make_tls(config); !tls)
        reader.mistake("ca_file", tls.error().text);
}

}  // namespace

Result<Config> read_config(const Settings& part, const FindSecret& secret) {
    SettingsReader reader{part};
    Config config;
    const auto url = reader.required_text("url");
    if (!url.empty()) {
        auto parsed = parse_url(url);
        if (parsed)
            config.url = *std::move(parsed);
        else
            reader.mistake("url", parsed.error().text);
    }
    read_trust(reader, config);
    read_authorization(reader, secret, config);
    config.labels = read_labels(reader);
    config.send_interval = reader.duration("send_interval_s", config.send_interval, 1s, 300s);
    config.timeout = reader.duration("timeout_s", config.timeout, 100ms, 300s);
    config.backfill =
        std::chrono::hours{24 * reader.integer("backfill_days", 0, {.least = 0, .most = 3650})};
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return config;
}

}  // namespace frugald::remote_write
