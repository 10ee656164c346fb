#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "daemon/core/snapshot.h"
#include "daemon/engine/journal.h"

namespace frugald {

/// Holds on nodes and the kill switch. They survive restarts (journal) and expire with an event.
/// The file HOLD in the runtime directory is the kill switch that needs no database and no API.
class Holds {
public:
    static constexpr const char* space = "hold";

    Holds(Journal& journal, std::filesystem::path hold_file)
        : journal_(journal), hold_file_(std::move(hold_file)) {}

    /// From the store, at start.
    void load(const std::vector<std::pair<std::string, std::string>>& kept);

    /// An empty node name is the kill switch.
    void set(const std::string& node, HoldState state);
    bool release(const std::string& node, const std::string& by, const std::string& why);
    void expire(WallTime now);

    std::optional<std::string> all() const;
    std::optional<HoldState> node(std::string_view name) const;

private:
    Journal& journal_;
    std::filesystem::path hold_file_;
    std::map<std::string, HoldState, std::less<>> holds_;
};

}  // namespace frugald
