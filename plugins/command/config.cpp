#include "plugins/command/config.h"

#include <fmt/format.h>

#include <set>

namespace frugald::command {

namespace {

using namespace std::chrono_literals;

struct Common {
    std::chrono::milliseconds interval = 60s;
    std::chrono::milliseconds timeout = 10s;
    std::string user;
};

Common read_common(SettingsReader& reader, const Common& otherwise) {
    Common common;
    common.interval = reader.duration("interval_s", otherwise.interval, 1s, 86400s);
    common.timeout = reader.duration("timeout_s", otherwise.timeout, 100ms, 600s);
    common.user = reader.text("user", otherwise.user);
    return common;
}

DeviceKind read_kind(SettingsReader& reader) {
    const auto word = reader.choice("kind", "meter", {"meter", "pdu", "node"});
    return word == "node" ? DeviceKind::node : word == "pdu" ? DeviceKind::pdu : DeviceKind::meter;
}

std::vector<std::string> read_argv(SettingsReader& reader) {
    auto argv = reader.texts("argv");
    if (argv.empty())
        reader.mistake("argv", "'argv' is missing: a list, the program's full path first");
    else if (!argv.front().starts_with('/'))
        reader.mistake("argv", fmt::format("'{}' is not a full path", argv.front()));
    for (const auto& word : argv)
        if (word.find('\0') != word.npos) reader.mistake("argv", "a word has a NUL in it");
    return argv;
}

SourceConfig read_source(SettingsReader& reader, const Common& defaults) {
    SourceConfig source;
    source.name = reader.required_text("name");
    source.kind = read_kind(reader);
    source.argv = read_argv(reader);
    const auto common = read_common(reader, defaults);
    source.interval = common.interval;
    source.timeout = common.timeout;
    source.user = common.user;
    if (source.user.starts_with('-')) reader.mistake("user", "this is not the name of a user");
    return source;
}

}  // namespace

Result<CommandConfig> read_config(const Settings& part) {
    SettingsReader reader{part};
    CommandConfig config;
    config.at_once =
        static_cast<std::size_t>(reader.integer("at_once", 4, {.least = 1, .most = 64}));
    const auto defaults = read_common(reader, {});
    std::set<std::string> names;
    for (const auto* settings : reader.tables("source")) {
        SettingsReader table{*settings};
        config.sources.push_back(read_source(table, defaults));
        const auto& name = config.sources.back().name;
        if (!names.insert(name).second)
            table.mistake("name", fmt::format("there are two sources called '{}'", name));
        reader.adopt(table.finish());
    }
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return config;
}

}  // namespace frugald::command
