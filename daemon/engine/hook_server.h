#pragma once

#include <filesystem>
#include <set>

#include "daemon/engine/intake.h"

namespace frugald {

/// The socket that frugald-hook hands its message to. Who may call it is decided by the uid that
/// the kernel reports, not by file modes.
class HookServer {
public:
    HookServer(Tools tools, Intake& intake)
        : tools_(tools), intake_(intake), acceptor_(tools.loop) {}

    /// Listens; the error says what is in the way. A dead daemon's socket file is replaced.
    Result<void> open(const std::filesystem::path& socket);
    void allow(std::set<unsigned> uids) { allowed_ = std::move(uids); }
    void close();

private:
    using Socket = asio::local::stream_protocol::socket;
    asio::awaitable<void> accept();
    asio::awaitable<void> serve(Socket socket);
    bool may_call(Socket& peer) const;

    Tools tools_;
    Intake& intake_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::filesystem::path path_;
    std::set<unsigned> allowed_;
};

/// uid 0, frugald's own, and those of the named users; unknown names become warnings.
std::set<unsigned> uids_of(const std::vector<std::string>& users);

}  // namespace frugald
