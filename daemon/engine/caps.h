#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/engine/actuation.h"
#include "daemon/ports/control.h"

namespace frugald {

/// Power limits with an owner and an end (safety.md N4, class economy). A lease is written before
/// the limit is sent, so that no limit of ours can be forgotten by a crash.
class Caps {
public:
    static constexpr const char* space = "cap";

    explicit Caps(Tools tools) : tools_(tools) {}

    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    asio::awaitable<Outcome> set(Action action, bool dry_run);
    asio::awaitable<Outcome> release(Action action, bool dry_run);
    /// Releases what has ended; called every second.
    asio::awaitable<void> expire(WallTime now);
    /// At the end of the daemon; what cannot be released stays leased and is released later.
    asio::awaitable<void> release_all(std::string why);

    std::optional<CapState> state(std::string_view node) const;
    std::vector<std::string> capped() const;

private:
    std::optional<Outcome> refused(const Action& action);
    asio::awaitable<Result<void>> confirm(std::string node, Watts limit);
    void keep(const std::string& node, const CapState& lease);

    Tools tools_;
    std::map<std::string, CapState, std::less<>> leases_;
};

}  // namespace frugald
