#pragma once

#include <memory>

#include "daemon/ports/source.h"
#include "plugins/ipmi/power_source.h"

namespace frugald::ipmi {

/// Reads one BMC over and over: chassis and power each interval, at a phase of its own so that
/// the BMCs spread over the interval; sensors now and then, when nothing else is to do. A poll
/// that takes longer than the interval makes it skip beats. A silent BMC is asked again after 1,
/// 2, 4 ... 60 s, and as patiently again when it vanishes soon after coming back.
class Poller {
public:
    Poller(Network& network, SensorTables& tables, Bmc& bmc);

    /// `phase`: from now to the first poll, less than the interval.
    void start(ObservationSink& sink, std::chrono::milliseconds phase);
    /// Polls now, or once more after the poll under way.
    void refresh();
    void stop();
    /// False once everything that `start` began has ended.
    bool running() const { return tasks_ > 0; }

private:
    using Steady = std::chrono::steady_clock;

    asio::awaitable<void> run();
    asio::awaitable<void> poll();
    asio::awaitable<void> sense();
    asio::awaitable<void> keep_alive();
    void schedule();
    void succeeded();
    void failed(const Error& error);
    void report(Chassis chassis, const std::optional<PowerSample>& power, Seconds took);
    void report_sensors(const std::vector<Sensors::Value>& values, Seconds took);
    void note_missing_power(bool missing);

    Network& network_;
    Bmc& bmc_;
    ObservationSink* sink_ = nullptr;
    Sensors sensors_;
    PowerSource power_;
    Waiter wake_;
    Alarm beat_;
    Steady::time_point first_{};  // of the beats: all others are intervals later
    Steady::time_point next_poll_{};
    Steady::time_point next_chassis_{};
    Steady::time_point next_sensors_{};
    std::optional<Steady::time_point> up_since_;
    std::chrono::milliseconds back_off_{0};
    unsigned tasks_ = 0;
    Chassis chassis_ = Chassis::unknown;
    bool stopping_ = false;
    bool again_ = false;
    bool sensing_ = false;
    bool power_missing_ = false;
};

}  // namespace frugald::ipmi
