#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "daemon/core/sample.h"
#include "daemon/ports/plugin.h"
#include "plugins/remote_write/cursor.h"
#include "plugins/remote_write/delivery.h"

namespace frugald::remote_write {

/// Sends what the archive has from the cursor on, window by window, oldest first. The archive is
/// the queue: while the receiver is away nothing is kept here but the requests of one step.
class Sender {
public:
    Sender(const PluginHost& host, const Config& config, std::unique_ptr<Client> client);

    /// The first picture begins it.
    void take(std::shared_ptr<const Snapshot> picture);
    /// Ends between two streams if that takes no longer than Patience::stop, so that none is sent
    /// twice.
    asio::awaitable<void> stop();

    /// For people: one line.
    std::string status() const;
    const Counts& counts() const { return delivery_.counts(); }
    /// How far the receiver has everything; absent before the first look into the archive.
    const std::optional<Cursor>& cursor() const { return cursor_; }

private:
    enum class Next { at_once, later };

    asio::awaitable<void> run();
    asio::awaitable<Next> send_next();
    asio::awaitable<void> begin(WallTime complete_until);
    asio::awaitable<WallTime> first_start(WallTime complete_until);
    asio::awaitable<void> skip_what_is_gone();
    asio::awaitable<bool> send_window(WallTime to);
    asio::awaitable<Result<bool>> send_stored(WallTime to, std::optional<Stream> skip_until);
    asio::awaitable<Result<bool>> read_step(ArchiveReader& reader,
                                            std::shared_ptr<Batcher> batcher);
    asio::awaitable<bool> send(std::vector<Request> requests, WallTime to);
    asio::awaitable<void> send_late(std::vector<Sample> late);
    asio::awaitable<void> save();
    void note_distance();

    asio::io_context& loop_;
    asio::thread_pool& workers_;
    Archive* const archive_;
    const std::filesystem::path file_;  // empty: nothing is kept on disk
    const Config config_;
    Tasks tasks_;
    Delivery delivery_;
    Labels labels_;  // used by one worker at a time
    std::shared_ptr<const Snapshot> picture_;
    std::optional<Cursor> cursor_;
    SteadyTime saved_{};
    std::string save_failure_;
    bool behind_ = false;
    bool stopping_ = false;
};

}  // namespace frugald::remote_write
