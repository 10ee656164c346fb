#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "daemon/config/merge.h"
#include "daemon/config/sections.h"
#include "daemon/config/toml_file.h"
#include "daemon/core/edit_distance.h"

namespace frugald {

namespace {

namespace fs = std::filesystem;

/// `file` itself, then conf.d/*.toml beside it in name order. Hidden files are editors' leftovers.
std::vector<fs::path> files_of(const fs::path& file, std::vector<std::string>& mistakes) {
    const auto directory = file.parent_path() / "conf.d";
    std::vector<fs::path> more;
    std::error_code error;
    for (fs::directory_iterator at{directory, error}, end; !error && at != end;
         at.increment(error)) {
        const auto& path = at->path();
        if (path.extension() == ".toml" && !path.filename().string().starts_with('.'))
            more.push_back(path);
    }
    if (error && error != std::errc::no_such_file_or_directory)
        mistakes.push_back(fmt::format("cannot read {}: {}", directory.string(), error.message()));
    std::ranges::sort(more);
    more.insert(more.begin(), file);
    return more;
}

/// Moves the tables that are plugins' out of `all`.
std::vector<Settings> take_plugins(Settings& all) {
    std::vector<Settings> plugins;
    std::erase_if(all.entries, [&](Settings::Entry& entry) {
        auto* table = std::get_if<std::shared_ptr<Settings>>(&entry.value.value);
        if (!table || std::ranges::find(own_names(), entry.key) != own_names().end()) return false;
        plugins.push_back(std::move(**table));
        return true;
    });
    return plugins;
}

std::vector<std::string> warnings_for(const Config& config) {
    std::vector<std::string> warnings;
    for (const auto& plugin : config.plugins)
        if (const auto meant = nearest_word(plugin.path, own_names()); !meant.empty())
            warnings.push_back(fmt::format("{}: [{}] is taken for a plugin's table; is [{}] meant?",
                                           to_string(plugin.place), plugin.path, meant));
    if (config.managed_nodes.empty() && config.guard.mode != Mode::observe)
        warnings.push_back(
            fmt::format("mode is {}, but managed_nodes is empty: nothing will be "
                        "acted upon",
                        to_string(config.guard.mode)));
    const auto& listen = config.access.http_listen;
    if (!listen.empty() && !listen.starts_with("127.") && !listen.starts_with("[::1]"))
        warnings.push_back(
            fmt::format("http_listen = \"{}\": everyone who reaches this address "
                        "can read all measurements",
                        listen));
    return warnings;
}

}  // namespace

Result<Config> load_config(const std::filesystem::path& file) {
    std::vector<std::string> mistakes;
    Settings all;
    all.place = {file.string(), 1, 1};
    for (const auto& path : files_of(file, mistakes)) {
        auto settings = read_toml(path);
        if (settings)
            merge_settings(all, std::move(*settings), mistakes);
        else
            mistakes.push_back(settings.error().text);
    }
    Config config;
    config.plugins = take_plugins(all);
    std::vector<std::string> known;
    if (const auto read = read_sections(all, config, known); !read)
        mistakes.push_back(read.error().text);
    if (!mistakes.empty())
        return fail(Fault::invalid, fmt::format("{}", fmt::join(mistakes, "\n")));
    config.warnings = warnings_for(config);
    return config;
}

std::vector<std::string> known_config_keys() {
    Config config;
    std::vector<std::string> known;
    [[maybe_unused]] const auto read = read_sections(Settings{}, config, known);
    return known;
}

}  // namespace frugald
