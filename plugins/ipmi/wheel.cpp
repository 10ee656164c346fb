#include "plugins/ipmi/wheel.h"

#include <algorithm>

namespace frugald::ipmi {

void Alarm::set(std::chrono::steady_clock::duration after) {
    stop();
    const auto ticks = std::max<std::int64_t>(0, (after + Wheel::tick) / Wheel::tick);
    due_ = wheel_.present() + static_cast<std::uint64_t>(ticks) + 1;
    wheel_.add(*this);
}

void Alarm::stop() {
    if (is_set()) wheel_.remove(*this);
}

Wheel::Wheel(asio::io_context& loop) : timer_(loop), start_(std::chrono::steady_clock::now()) {}

Wheel::~Wheel() { timer_.cancel(); }

std::uint64_t Wheel::present() const {
    return static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start_) / tick);
}

void Wheel::add(Alarm& alarm) {
    // After a rest there is nothing to catch up with.
    if (set_ == 0) now_ = std::max(now_, present());
    alarm.due_ = std::max(alarm.due_, now_ + 1);
    Alarm*& head = heads_[alarm.due_ % slots];
    alarm.next_ = head;
    if (head) head->previous_ = &alarm.next_;
    head = &alarm;
    alarm.previous_ = &head;
    ++set_;
    if (!waiting_) wait();
}

void Wheel::remove(Alarm& alarm) {
    *alarm.previous_ = alarm.next_;
    if (alarm.next_) alarm.next_->previous_ = alarm.previous_;
    alarm.previous_ = nullptr;
    alarm.next_ = nullptr;
    --set_;
}

void Wheel::wait() {
    waiting_ = true;
    timer_.expires_after(tick);
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;  // the wheel is gone
        waiting_ = false;
        turn();
        if (set_ > 0 && !waiting_) wait();
    });
}

void Wheel::turn() {
    const std::uint64_t until = present();
    // After a long stall one full turn visits every alarm.
    if (until - now_ > slots) now_ = until - slots;
    while (now_ < until && set_ > 0) ring(static_cast<std::size_t>(++now_ % slots));
    now_ = std::max(now_, until);
}

void Wheel::ring(std::size_t slot) {
    const std::uint64_t present_tick = now_;
    Alarm* due = nullptr;
    for (Alarm* alarm = heads_[slot]; alarm;) {
        Alarm* const next = alarm->next_;
        if (alarm->due_ <= present_tick) {
            remove(*alarm);
            // Collected first: a ring may set, stop or destroy other alarms of this slot.
            alarm->next_ = due;
            if (due) due->previous_ = &alarm->next_;
            due = alarm;
            alarm->previous_ = &due;
            ++set_;
        }
        alarm = next;
    }
    while (due) {
        Alarm& alarm = *due;
        remove(alarm);
        alarm.ring_();
    }
}

}  // namespace frugald::ipmi
