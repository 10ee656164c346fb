#pragma once

#include <deque>

#include "plugins/ipmi/waiter.h"
#include "plugins/ipmi/wheel.h"

namespace frugald::ipmi {

/// At most so many per second, in order of asking, in bursts of a twentieth of a second.
class Pacer {
public:
    Pacer(Wheel& wheel, double per_second);

    /// Somebody who waits without a coroutine; is gone from the queue once it was told.
    class Guest {
    public:
        virtual void admitted() = 0;

    protected:
        ~Guest() = default;
    };

    /// True: go ahead. False: come through `turn` or `queue`.
    bool take();
    asio::awaitable<void> turn();
    /// `guest` must not go before it was admitted; `open` admits everybody.
    void queue(Guest& guest);
    /// Goes ahead without waiting; those who wait make up for it.
    void overdraw() { allowance_ -= 1; }
    /// Lets everybody through from now on: we are stopping.
    void open();

private:
    void refill();
    void serve();

    double per_second_;
    double burst_;
    double allowance_;
    std::chrono::steady_clock::time_point filled_;
    std::deque<Guest*> waiting_;
    Alarm alarm_;
};

}  // namespace frugald::ipmi
