#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "daemon/core/snapshot.h"
#include "daemon/ports/event.h"

namespace frugald {

enum class View { metrics, status, nodes, devices, tree };
inline constexpr std::size_t view_count = 5;

using Text = std::shared_ptr<const std::string>;
inline Text text_of(std::string body) {
    return std::make_shared<const std::string>(std::move(body));
}

/// The bodies made from one snapshot: each when it is first asked for, once, on a worker, so that
/// a slow render never holds up the loop. Used on the loop thread.
class Rendered : public std::enable_shared_from_this<Rendered> {
public:
    Rendered(std::shared_ptr<const Snapshot> snapshot, asio::io_context& loop,
             asio::thread_pool& workers);

    const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }
    /// Null when it could not be made (no memory).
    asio::awaitable<Text> get(View view, bool packed);

private:
    struct Slot {
        explicit Slot(asio::io_context& loop) : finished(loop) {}
        Text text;
        bool running = false;
        Event finished;
    };
    asio::awaitable<Text> fill(Slot& slot, std::function<Text()> make);

    std::shared_ptr<const Snapshot> snapshot_;
    asio::thread_pool& workers_;
    std::array<std::array<std::unique_ptr<Slot>, 2>, view_count> slots_;
};

}  // namespace frugald
