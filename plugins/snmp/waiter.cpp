#include "plugins/snmp/waiter.h"

namespace frugald::snmp {

asio::awaitable<void> Waiter::sleep_until(SteadyTime at) {
    if (stopped_) co_return;
    sleeping_ = true;
    timer_.expires_at(at);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    sleeping_ = false;
}

void Waiter::wake() {
    if (sleeping_) timer_.cancel();
}

void Waiter::stop() {
    stopped_ = true;
    timer_.cancel();
}

}  // namespace frugald::snmp
