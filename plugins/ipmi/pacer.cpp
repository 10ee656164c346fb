#include "plugins/ipmi/pacer.h"

#include <algorithm>

namespace frugald::ipmi {
namespace {

class CoroutineGuest : public Pacer::Guest {
public:
    void admitted() override { waiter.wake(); }
    Waiter waiter;
};

}  // namespace

Pacer::Pacer(Wheel& wheel, double per_second)
    : per_second_(per_second),
      burst_(std::max(1.0, per_second / 20)),
      allowance_(burst_),
      filled_(std::chrono::steady_clock::now()),
      alarm_(wheel, [this] { serve(); }) {}

void Pacer::refill() {
    const auto now = std::chrono::steady_clock::now();
    const double passed = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    allowance_ = std::min(burst_, allowance_ + passed * per_second_);
}

bool Pacer::take() {
    if (!waiting_.empty()) return false;
    if (allowance_ < 1) refill();
    if (allowance_ < 1) return false;
    allowance_ -= 1;
    return true;
}

asio::awaitable<void> Pacer::turn() {
    CoroutineGuest guest;
    queue(guest);
    co_await guest.waiter.wait();
}

void Pacer::queue(Guest& guest) {
    waiting_.push_back(&guest);
    if (!alarm_.is_set()) alarm_.set({});
}

void Pacer::serve() {
    refill();
    while (!waiting_.empty() && allowance_ >= 1) {
        allowance_ -= 1;
        Guest* const next = waiting_.front();
        waiting_.pop_front();
        next->admitted();
    }
    if (!waiting_.empty()) alarm_.set({});
}

void Pacer::open() {
    per_second_ = 1e12;
    burst_ = 1e12;
    serve();
}

}  // namespace frugald::ipmi
