#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "daemon/config/config.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

const std::filesystem::path shipped = FRUGALD_SOURCE_DIR "/config/frugald.toml";

/// The shipped file with every commented-out key and table put in force. Text is "# ...", a key or
/// table is "#key = ..." or "#[table]".
std::string everything_in_force() {
    std::ifstream file{shipped};
    std::string text;
    for (std::string line; std::getline(file, line);) {
        if (line.size() > 1 && line[0] == '#' && line[1] != ' ') line.erase(0, 1);
        text += line + '\n';
    }
    return text;
}

/// The full paths of the keys assigned in `text`.
std::set<std::string> keys_of(const std::string& text) {
    std::set<std::string> keys;
    std::string section;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('[')) {
            const auto begin = line.find_first_not_of('[');
            section = line.substr(begin, line.find(']') - begin) + '.';
        } else if (const auto end = line.find(" = ");
                   end != std::string::npos && !line.starts_with('#')) {
            keys.insert(section + line.substr(0, end));
        }
    }
    return keys;
}

/// The keys that `source` asks a SettingsReader for: the first word in quotes after a getter.
void collect_keys(const std::string& source, std::set<std::string>& keys) {
    for (const std::string getter :
         {"boolean", "integer", "number", "text", "required_text", "choice", "duration", "texts",
          "integers", "nodes", "table", "tables", "has"})
        for (auto at = source.find('.' + getter + '('); at != std::string::npos;
             at = source.find('.' + getter + '(', at + 1)) {
            const auto word = source.find_first_not_of(" \n", at + getter.size() + 2);
            if (word != std::string::npos && source[word] == '"')
                keys.insert(source.substr(word + 1, source.find('"', word + 1) - word - 1));
        }
}

/// Those of a plugin's config*.cpp.
std::set<std::string> keys_read_in(const std::filesystem::path& plugin) {
    std::set<std::string> keys;
    for (const auto& file : std::filesystem::directory_iterator{plugin}) {
        const auto name = file.path().filename().string();
        if (!name.starts_with("config") || !name.ends_with(".cpp")) continue;
        std::ifstream in{file.path()};
        collect_keys({std::istreambuf_iterator<char>{in}, {}}, keys);
    }
    return keys;
}

}  // namespace

TEST_CASE("the shipped configuration loads and is safe") {
    const auto config = load_config(shipped);
    REQUIRE_MESSAGE(config, config.error().text);
    CHECK(config->managed_nodes.empty());
    CHECK(config->guard.mode == Mode::observe);
    CHECK_FALSE(config->idle.enabled);
    CHECK(config->plugins.empty());
    CHECK(config->warnings.empty());
}

TEST_CASE("the shipped configuration documents every key of the daemon") {
    const auto documented = keys_of(everything_in_force());
    const auto known = known_config_keys();
    CHECK(known.size() > 30);
    // A table is documented by its keys.
    const auto is_there = [&documented](const std::string& key) {
        const auto below = documented.lower_bound(key + '.');
        return documented.contains(key) ||
               (below != documented.end() && below->starts_with(key + '.'));
    };
    for (const auto& key : known) CHECK_MESSAGE(is_there(key), key);
}

TEST_CASE("the shipped configuration documents every key of the plugins") {
    const auto text = everything_in_force();
    const auto documented = keys_of(text);
    for (const auto& plugin : std::filesystem::directory_iterator{FRUGALD_SOURCE_DIR "/plugins"}) {
        if (!plugin.is_directory()) continue;
        const auto name = plugin.path().filename().string();
        CHECK_MESSAGE(text.find("\n[" + name + "]\n") != std::string::npos, name);
        for (const auto& key : keys_read_in(plugin.path())) {
            const auto here = [&](const std::string& full) {
                return full.starts_with(name + '.') && full.ends_with('.' + key);
            };
            const bool is_table = text.find('[' + name + '.' + key + ']') != std::string::npos;
            const bool is_key = std::ranges::any_of(documented, here);
            CHECK_MESSAGE((is_table || is_key), name << ": " << key);
        }
    }
}

TEST_CASE("what the shipped configuration calls a default is one") {
    const Scratch scratch;
    const auto all = load_config(scratch.write("f.toml", everything_in_force()));
    REQUIRE_MESSAGE(all, all.error().text);
    const Config none;
    CHECK(all->never_touch == none.never_touch);
    CHECK(all->daemon.state_directory == none.daemon.state_directory);
    CHECK(all->daemon.runtime_directory == none.daemon.runtime_directory);
    CHECK(all->daemon.spool_directory == none.daemon.spool_directory);
    CHECK(all->daemon.plugin_directory == none.daemon.plugin_directory);
    CHECK(all->daemon.profiles_directory == none.daemon.profiles_directory);
    CHECK(all->daemon.secrets_file == none.daemon.secrets_file);
    CHECK(all->daemon.log_level == none.daemon.log_level);
    CHECK(all->daemon.snapshot_interval == none.daemon.snapshot_interval);
    CHECK(all->daemon.scheduler_interval == none.daemon.scheduler_interval);
    CHECK(all->daemon.store_interval == none.daemon.store_interval);
    CHECK(all->daemon.stale_after == none.daemon.stale_after);
    CHECK(all->daemon.keep_readings == none.daemon.keep_readings);
    CHECK(all->access.http_listen == none.access.http_listen);
    CHECK(all->access.admin_group == none.access.admin_group);
    CHECK(all->access.view_group == none.access.view_group);
    CHECK(all->access.hook_users == none.access.hook_users);
    CHECK(all->guard.max_scheduler_age == none.guard.max_scheduler_age);
    CHECK(all->guard.off_margin == none.guard.off_margin);
    CHECK(all->guard.settle_rounds == none.guard.settle_rounds);
    CHECK(none.guard.all.offs_per_10_minutes == std::nullopt);
    CHECK(all->power.soft_off_grace == none.power.soft_off_grace);
    CHECK(all->power.soft_off_first == none.power.soft_off_first);
    CHECK(all->power.verify_after == none.power.verify_after);
    CHECK(all->power.verify_for == none.power.verify_for);
    CHECK(all->power.attempts == none.power.attempts);
    CHECK(all->power.resume_fail_off == none.power.resume_fail_off);
    CHECK(all->cap.default_lease == none.cap.default_lease);
    CHECK(all->cap.longest_lease == none.cap.longest_lease);
    CHECK(all->cap.least_watts == none.cap.least_watts);
    CHECK(all->idle.enabled == none.idle.enabled);
    CHECK(all->idle.idle_for == none.idle.idle_for);
    CHECK(all->idle.spare_nodes == none.idle.spare_nodes);
    CHECK(all->idle.partitions == none.idle.partitions);
}
