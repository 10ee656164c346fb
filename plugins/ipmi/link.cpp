#include "plugins/ipmi/link.h"

#include <algorithm>
#include <utility>

namespace frugald::ipmi {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds longest_patience{8000};  // three of them exceed the 20 s of FreeIPMI

}  // namespace

Link::Link(Network& network) : network_(network), alarm_(network.wheel, [this] { timed_out(); }) {}

Link::~Link() { disconnect(); }

Result<bool> Link::connect(const Endpoint& bmc) {
    disconnect();
    auto attached = network_.attach(bmc, *this);
    if (!attached || !*attached) return attached;
    bmc_ = bmc;
    connected_ = true;
    return true;
}

void Link::disconnect() {
    if (!connected_) return;
    network_.detach(bmc_);
    connected_ = false;
}

milliseconds Link::patience() const {
    auto patience = std::max(network_.config().retransmit, duration_cast<milliseconds>(2 * usual_));
    patience *= 1 << std::min(silences_, 5U);
    return std::min(patience, std::max(longest_patience, network_.config().retransmit));
}

bool Link::begin(Exchange& exchange, unsigned attempts) {
    exchange_ = &exchange;
    attempts_left_ = attempts;
    began_ = std::chrono::steady_clock::now();
    if (attempt()) return true;
    alarm_.stop();
    exchange_ = nullptr;
    return false;
}

asio::awaitable<Ending> Link::run(Exchange& exchange, unsigned attempts) {
    if (!begin(exchange, attempts)) co_return Ending::unsent;
    awaited_ = true;
    co_await waiter_.wait();
    co_return ending_;
}

bool Link::attempt() {
    --attempts_left_;
    const Bytes packet = exchange_->next_packet();
    if (!packet.empty()) network_.send(bmc_, packet, exchange_->urgent());
    alarm_.set(patience());
    return !packet.empty();
}

void Link::timed_out() {
    if (attempts_left_ > 0) {
        ++network_.counters.retransmitted;
        network_.packets.overdraw();
        attempt();
        return;
    }
    ++silences_;
    end(Ending::silent);
}

void Link::receive(Bytes packet) {
    if (!exchange_) {
        ++network_.counters.foreign;
        return;
    }
    if (!exchange_->receive(packet)) return;
    silences_ = 0;
    const auto took = duration_cast<microseconds>(std::chrono::steady_clock::now() - began_);
    usual_ = usual_.count() == 0 ? took : (7 * usual_ + took) / 8;
    end(Ending::answered);
}

void Link::cancel() {
    if (exchange_) end(Ending::cancelled);
}

void Link::end(Ending how) {
    alarm_.stop();
    Exchange& exchange = *std::exchange(exchange_, nullptr);
    ending_ = how;
    // Either of the two may begin the next exchange.
    if (std::exchange(awaited_, false))
        waiter_.wake();
    else
        exchange.ended(how);
}

}  // namespace frugald::ipmi
