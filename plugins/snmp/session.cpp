#include "plugins/snmp/session.h"

#include <fmt/format.h>

#include "plugins/snmp/handle.h"

namespace frugald::snmp {

namespace {

using asio::ip::udp;

asio::awaitable<Result<udp::endpoint>> resolve(const Account& account) {
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(account.host, failed);
    if (!failed) co_return udp::endpoint{address, account.port};
    const auto executor = co_await asio::this_coro::executor;
    udp::resolver resolver{executor};
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    const auto found = co_await resolver.async_resolve(account.host, std::to_string(account.port),
                                                       std::move(token));
    if (failed || found.empty())
        co_return fail(Fault::unavailable, fmt::format("its host name '{}' does not resolve: {}",
                                                       account.host, failed.message()));
    co_return found.begin()->endpoint();
}

}  // namespace

Session::Session(Version version, Patience patience, Waiter& waiter)
    : version_(version), patience_(patience), waiter_(waiter) {}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::connect(const Account& account,
                                                  const udp::endpoint& agent, const Engine* engine,
                                                  Patience patience, Keys& keys, Waiter& waiter,
                                                  asio::any_io_executor executor) {
    std::unique_ptr<Session> session{new Session{account.version, patience, waiter}};
    session->handle_ = std::make_unique<Handle>(executor);
    auto opened = session->handle_->open(account, agent, engine, patience, keys);
    if (!opened) return tl::unexpected{opened.error()};
    return session;
}

asio::awaitable<Result<std::unique_ptr<Session>>> Session::open(const Account& account,
                                                                Patience patience, Keys& keys,
                                                                Waiter& waiter) {
    const auto executor = co_await asio::this_coro::executor;
    const auto agent = co_await resolve(account);
    if (!agent) co_return tl::unexpected{agent.error()};
    if (account.version != Version::v3)
        co_return connect(account, *agent, nullptr, patience, keys, waiter, executor);
    const auto engine = co_await discover_engine(*agent, patience, waiter);
    if (!engine) co_return tl::unexpected{engine.error()};
    co_return connect(account, *agent, &*engine, patience, keys, waiter, executor);
}

asio::awaitable<Result<Reply>> Session::ask(const Request& request) {
    using namespace std::chrono_literals;
    if (auto sent = handle_->send(request); !sent) co_return tl::unexpected{sent.error()};
    // libnetsnmp ends every request by itself; the limit is for the day when it does not.
    const auto limit =
        std::chrono::steady_clock::now() + patience_.timeout * (patience_.attempts + 1) + 2s;
    while (!handle_->answered()) {
        const bool readable = co_await waiter_.readable(handle_->socket(), patience_.timeout + 1ms);
        if (waiter_.stopped()) co_return fail(Fault::cancelled, "stopping");
        if (readable)
            handle_->read();
        else
            handle_->expire();
        if (std::chrono::steady_clock::now() > limit)
            co_return fail(Fault::unparsable, "libnetsnmp neither got an answer nor gave up");
    }
    co_return handle_->take_answer();
}

}  // namespace frugald::snmp
