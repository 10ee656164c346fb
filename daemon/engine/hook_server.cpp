#include "daemon/engine/hook_server.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "daemon/core/log.h"

namespace frugald {

namespace {

/// 10,000 hooks at once must find room while the loop is busy for a moment.
constexpr int backlog = 4096;
constexpr std::chrono::seconds hook_patience{5};

bool somebody_listens(const std::filesystem::path& path, asio::io_context& loop) {
    asio::local::stream_protocol::socket probe{loop};
    boost::system::error_code failed;
    probe.connect(path.string(), failed);
    return !failed;
}

}  // namespace

std::set<unsigned> uids_of(const std::vector<std::string>& users) {
    std::set<unsigned> uids{0, getuid()};
    for (const auto& user : users) {
        if (const passwd* entry = getpwnam(user.c_str()))
            uids.insert(entry->pw_uid);
        else
            log::warning("access.hook_users: there is no user '{}' here", user);
    }
    return uids;
}

Result<void> HookServer::open(const std::filesystem::path& socket) {
    if (somebody_listens(socket, tools_.loop))
        return fail(Fault::unavailable,
                    fmt::format("{}: another frugald answers there", socket.string()));
    boost::system::error_code failed;
    ::unlink(socket.c_str());
    acceptor_.open(asio::local::stream_protocol{}, failed);
    if (!failed) acceptor_.bind(socket.string(), failed);
    if (!failed) acceptor_.listen(backlog, failed);
    if (failed)
        return fail(Fault::unavailable, fmt::format("{}: {}", socket.string(), failed.message()));
    ::chmod(socket.c_str(), 0666);
    path_ = socket;
    tools_.tasks.spawn(accept());
    return {};
}

void HookServer::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
}

asio::awaitable<void> HookServer::accept() {
    while (acceptor_.is_open()) {
        auto [failed, peer] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
        if (failed == asio::error::operation_aborted) co_return;
        if (failed) {
            log::error("hook socket: {}", failed.message());
            co_await tools_.tasks.nap(std::chrono::milliseconds{100});
            continue;
        }
        tools_.tasks.spawn(serve(std::move(peer)));
    }
}

bool HookServer::may_call(Socket& peer) const {
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(peer.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return false;
    if (allowed_.count(who.uid) > 0) return true;
    log::warning("hook socket: uid {} (pid {}) is not in access.hook_users", who.uid, who.pid);
    return false;
}

asio::awaitable<void> HookServer::serve(Socket socket) {
    const auto shared = std::make_shared<Socket>(std::move(socket));
    Socket& peer = *shared;
    // A hook that says nothing is cut off; what it had begun to say counts as not said.
    Timer limit{tools_.loop, hook_patience};
    auto cut_off = [shared](boost::system::error_code stopped) {
        boost::system::error_code ignored;
        if (!stopped) shared->shutdown(Socket::shutdown_both, ignored);
    };
    limit.async_wait(cut_off);
    hook::Ack ack{false, "not allowed: uid is not in access.hook_users"};
    const auto quiet = asio::as_tuple(asio::use_awaitable);
    if (may_call(peer)) {
        std::string bytes(hook::header_size, '\0');
        const auto [failed, got] = co_await asio::async_read(peer, asio::buffer(bytes), quiet);
        const auto size = failed ? std::nullopt : hook::message_size(bytes);
        if (size) {
            bytes.resize(*size);
            const auto rest = asio::buffer(bytes) + hook::header_size;
            const auto [cut, more] = co_await asio::async_read(peer, rest, quiet);
            auto message = cut ? std::nullopt : hook::decode_message(bytes);
            ack.text = "not a message of frugald-hook";
            if (message) ack = co_await intake_.take(std::move(*message));
        }
    }
    const std::string answer = encode(ack);
    const auto [lost, written] = co_await asio::async_write(peer, asio::buffer(answer), quiet);
    if (lost) log::warning("hook socket: the hook did not wait for its acknowledgement");
    limit.cancel();
}

}  // namespace frugald
