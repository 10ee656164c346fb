#pragma once

#include <random>

#include "daemon/ports/source.h"
#include "daemon/ports/timer.h"
#include "plugins/redfish/bios_watch.h"
#include "plugins/redfish/power_reader.h"

namespace frugald::redfish {

/// Reads one node over and over: its state and power each interval, supplies and BIOS now and then.
/// A BMC that is silent is asked again after 1, 2, 4 ... 60 s; one that refuses the login after a
/// minute. Each node has its own, so none waits for another's BMC.
class Poller {
public:
    Poller(asio::io_context& loop, Machine& machine, BiosWatch& bios);

    /// `phase`: from now to the first poll, less than the interval.
    void start(ObservationSink& sink, milliseconds phase);
    /// Polls now, or once more after the poll under way.
    void refresh();
    void stop();
    bool running() const { return running_; }

private:
    using Steady = std::chrono::steady_clock;

    asio::awaitable<void> run();
    asio::awaitable<void> sleep();
    asio::awaitable<void> poll();
    asio::awaitable<Result<void>> read();
    asio::awaitable<Result<void>> read_chassis(Chassis& seen);
    asio::awaitable<void> read_bios();
    void report(const PowerSample& sample, Chassis seen);
    void note_missing_power(bool missing);
    void succeeded();
    void failed(const Error& error);

    asio::io_context& loop_;
    Machine& machine_;
    BiosWatch& bios_;
    Timer timer_;
    std::minstd_rand random_;
    ObservationSink* sink_ = nullptr;
    Steady::time_point first_{};  // of the beats: all others are intervals later
    Steady::time_point next_{};
    Steady::time_point next_chassis_{};
    Steady::time_point next_supplies_{};
    Steady::time_point next_bios_{};
    Steady::time_point began_{};
    milliseconds back_off_{0};
    Chassis chassis_ = Chassis::unknown;  // as last read
    bool again_ = false;
    bool running_ = false;
    bool stopping_ = false;
    bool power_missing_ = false;
};

}  // namespace frugald::redfish
