#pragma once

#include <memory>

#include "daemon/ports/source.h"
#include "plugins/ipmi/power_source.h"
#include "plugins/ipmi/quick_command.h"

namespace frugald::ipmi {

/// Reads one BMC over and over: chassis and power each interval, at a phase of its own so that
/// the BMCs spread over the interval; sensors now and then, when nothing else is to do. A poll
/// that takes longer than the interval makes it skip beats. A silent BMC is asked again after 1,
/// 2, 4 ... 60 s, and as patiently again when it vanishes soon after coming back.
///
/// The usual poll runs without a coroutine, through QuickCommand; whatever is unusual (no session
/// yet, another source of power, a busy BMC) takes the slow way. A poller that waits for its turn
/// to open a session does that without a coroutine too: thousands wait after a start.
class Poller : private QuickCommand, private Pacer::Guest {
public:
    Poller(Network& network, SensorTables& tables, Bmc& bmc);

    /// `phase`: from now to the first poll, less than the interval.
    void start(ObservationSink& sink, std::chrono::milliseconds phase);
    /// Polls now, or once more after the poll under way.
    void refresh();
    void stop();
    /// False once everything that `start` began has ended.
    bool running() const { return polling_ || sensing_; }

private:
    using Steady = std::chrono::steady_clock;

    void beat();
    bool poll_quickly();
    void answered(const Answer& answer) override;
    void unanswered(const Error& error) override;
    void poll_slowly();
    void admitted() override;
    asio::awaitable<void> poll();
    asio::awaitable<void> keep_alive();
    asio::awaitable<void> read_power();
    asio::awaitable<void> sense();
    void end_poll();
    void note_chassis(const Answer& answer);
    void succeeded();
    void failed(const Error& error);
    void report(const std::optional<PowerSample>& power, std::string_view refused = {});
    void report_sensors(const std::vector<Sensors::Value>& values, Seconds took);
    std::uint64_t scale() const;
    void note_missing_power(bool missing);

    Network& network_;
    Bmc& bmc_;
    ObservationSink* sink_ = nullptr;
    Sensors sensors_;
    PowerSource power_;
    Alarm beat_;
    Steady::time_point first_{};  // of the beats: all others are intervals later
    Steady::time_point next_poll_{};
    Steady::time_point next_chassis_{};
    Steady::time_point next_sensors_{};
    Steady::time_point began_{};  // the poll under way
    std::optional<Steady::time_point> up_since_;
    std::chrono::milliseconds back_off_{0};
    Chassis chassis_ = Chassis::unknown;  // as last read
    Chassis seen_ = Chassis::unknown;     // by the poll under way
    bool asking_chassis_ = false;
    bool polling_ = false;
    bool sensing_ = false;
    bool stopping_ = false;
    bool again_ = false;
    bool power_missing_ = false;
};

}  // namespace frugald::ipmi
