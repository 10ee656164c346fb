#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/core/result.h"

namespace frugald {

/// Where something stands in a configuration file, for messages.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};
/// "frugald.toml:12:3"
std::string to_string(const Place& place);

class Settings;

struct SettingsValue {
    using Array = std::vector<SettingsValue>;
    std::variant<bool, std::int64_t, double, std::string, Array, std::shared_ptr<Settings>> value;
    Place place;
};

/// One table of the configuration as written, independent of the file format. The configuration
/// file is read into one of these; each part of the daemon and each plugin reads its own table
/// with a SettingsReader, so a plugin's keys are known only to the plugin.
class Settings {
public:
    struct Entry {
        std::string key;
        Place place;  // of the key
        SettingsValue value;
    };
    std::string path;  // "ipmi.group", empty at the top
    Place place;
    std::vector<Entry> entries;

    const Entry* find(std::string_view key) const;
};

struct Bounds {
    double least = 0;
    double most = 1e18;
};

/// Reads one table strictly: every getter notes the key it asked for; `finish` reports every
/// wrong type, value out of bounds, missing required key and every key nobody asked for, with
/// the nearest known one. Getters return the default after a mistake, so one run finds them all.
class SettingsReader {
public:
    explicit SettingsReader(const Settings& table) : table_(table) {}

    bool boolean(std::string_view key, bool otherwise);
    std::int64_t integer(std::string_view key, std::int64_t otherwise, Bounds bounds = {});
    double number(std::string_view key, double otherwise, Bounds bounds = {});
    std::string text(std::string_view key, std::string_view otherwise);
    std::string required_text(std::string_view key);
    /// One of the words in `allowed`.
    std::string choice(std::string_view key, std::string_view otherwise,
                       const std::vector<std::string_view>& allowed);
    /// The key must end in `_s` or `_ms`; integers and fractions are accepted.
    std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds otherwise,
                                       std::chrono::milliseconds least,
                                       std::chrono::milliseconds most);
    std::vector<std::string> texts(std::string_view key);
    std::vector<std::int64_t> integers(std::string_view key, std::vector<std::int64_t> otherwise,
                                       Bounds bounds = {});
    /// A nodeset, or a list of nodesets, expanded.
    std::vector<std::string> nodes(std::string_view key);
    /// A sub-table `[key]`; an empty one, kept by this reader, when absent.
    const Settings& table(std::string_view key);
    /// The tables of `[[key]]`.
    std::vector<const Settings*> tables(std::string_view key);
    /// All entries of this table, whatever their keys (outlet maps); nothing is unknown afterwards.
    const std::vector<Settings::Entry>& free_entries();

    /// A mistake the caller found, at the key's place.
    void mistake(std::string_view key, std::string_view text);
    /// The mistakes of a sub-table's reader count as this one's.
    void adopt(const Result<void>& finished);
    /// Likewise, with its keys, when it has read all it wants.
    void adopt_table(SettingsReader& part);
    void also_known(const std::vector<std::string>& paths);
    bool has(std::string_view key);

    /// Fault::invalid with one line per mistake, "file:line:column: message", or success.
    Result<void> finish();
    const std::string& path() const { return table_.path; }
    /// Full paths of all keys asked for so far, for the test that the manual names them all.
    const std::vector<std::string>& known() const { return known_; }

private:
    const Settings::Entry* ask(std::string_view key);
    void complain(const Place& place, std::string_view text);

    const Settings& table_;
    std::vector<std::string> known_;
    std::vector<std::string> mistakes_;
    std::deque<Settings> absent_;
    bool free_ = false;
};

}  // namespace frugald
