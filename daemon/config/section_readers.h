#pragma once

#include "daemon/config/config.h"

/// What the readers of several sections share.
namespace frugald::sections {

inline std::chrono::seconds whole_seconds(SettingsReader& part, std::string_view key,
                                          std::chrono::seconds otherwise,
                                          std::chrono::seconds most) {
    return std::chrono::duration_cast<std::chrono::seconds>(
        part.duration(key, otherwise, std::chrono::seconds{1}, most));
}

inline unsigned count(SettingsReader& part, std::string_view key, unsigned otherwise,
                      Bounds bounds) {
    return static_cast<unsigned>(part.integer(key, otherwise, bounds));
}

/// Reads one table with `read`; its mistakes and keys count as the parent's.
template <class Part>
void section(SettingsReader& parent, std::string_view name, Part& to,
             void (*read)(SettingsReader&, Part&), std::vector<std::string>& known) {
    SettingsReader part{parent.table(name)};
    read(part, to);
    parent.adopt(part.finish());
    known.insert(known.end(), part.known().begin(), part.known().end());
}

/// Every table of `[[name]]`, and the names of its keys when there is none.
template <class All>
void tables(SettingsReader& parent, std::string_view name, All& to,
            void (*read)(SettingsReader&, All&), std::vector<std::string>& known) {
    std::string path;
    for (const Settings* const table : parent.tables(name)) {
        SettingsReader part{*table};
        read(part, to);
        parent.adopt(part.finish());
    }
    Settings none;
    none.path = parent.path().empty() ? std::string{name} : parent.path() + "." + std::string{name};
    SettingsReader names{none};
    All nothing;
    read(names, nothing);
    known.insert(known.end(), names.known().begin(), names.known().end());
}

void read_guard(SettingsReader& part, GuardConfig& to);
void read_feeds(SettingsReader& top, Config& to, std::vector<std::string>& known);
void read_pue(SettingsReader& part, std::optional<PueSettings>& to);
void read_reconciler(SettingsReader& part, ReconcilerConfig& to);

}  // namespace frugald::sections
