#include "daemon/export/listener.h"

#include "daemon/core/log.h"

namespace frugald {

Listener::Listener(std::weak_ptr<void> owner, std::string name, Router& router, bool acting_verbs,
                   HttpLimits limits, Admit admit)
    : owner_(std::move(owner)),
      name_(std::move(name)),
      router_(router),
      acting_verbs_(acting_verbs),
      limits_(limits),
      admit_(std::move(admit)) {}

void Listener::report(boost::system::error_code failed) {
    const auto change = accepting_.record(!failed);
    if (change == Health::Change::failed)
        log::warning("{}: cannot accept connections: {}", name_, failed.message());
    if (change == Health::Change::recovered) log::notice("{}: accepts connections again", name_);
}

void Listener::accepted(ClientSocket socket) {
    if (connections_ >= limits_.connections && !evict_idle()) {
        turn_away(std::move(socket));
        return;
    }
    ++connections_;
    auto ended = [this, keep = owner_.lock()](std::exception_ptr failed) {
        --connections_;
        if (failed) log::warning("{}: a connection was dropped: no memory", name_);
    };
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, serve(std::move(socket)), std::move(ended));
}

asio::awaitable<void> Listener::serve(ClientSocket socket) {
    auto access = co_await admit_(socket.native_handle());
    if (!access || closed_) co_return;
    const auto session =
        make_session(std::move(socket), router_, std::move(*access), acting_verbs_, limits_);
    sessions_.insert(session);
    co_await session->run();
    sessions_.erase(session);
}

bool Listener::evict_idle() {
    Session* longest = nullptr;
    for (const auto& session : sessions_)
        if (session->idle_since() &&
            (longest == nullptr || *session->idle_since() < *longest->idle_since()))
            longest = session.get();
    if (longest != nullptr) longest->close();
    return longest != nullptr;
}

void Listener::close() {
    closed_ = true;
    for (const auto& session : sessions_) session->close();
}

}  // namespace frugald
