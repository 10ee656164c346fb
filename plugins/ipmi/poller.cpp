#include "plugins/ipmi/poller.h"

#include <algorithm>
#include <array>

#include "daemon/core/log.h"
#include "plugins/ipmi/commands.h"

namespace frugald::ipmi {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds keep_alive_after{25};  // BMCs drop a session after 60 s without a command
constexpr seconds proven_after{30};      // up for so long, a link is believed to stay
constexpr milliseconds longest_back_off{60000};

Seconds since(std::chrono::steady_clock::time_point began) {
    return std::chrono::steady_clock::now() - began;
}

}  // namespace

Poller::Poller(Network& network, SensorTables& tables, Bmc& bmc)
    : QuickCommand(bmc),
      network_(network),
      bmc_(bmc),
      sensors_(bmc, tables),
      power_(bmc),
      beat_(network.wheel, [this] { beat(); }) {}

void Poller::start(ObservationSink& sink, milliseconds phase) {
    sink_ = &sink;
    first_ = Steady::now() + phase;
    next_poll_ = first_;
    beat_.set(phase);
}

void Poller::refresh() {
    if (!sink_ || stopping_) return;
    again_ = true;
    if (!polling_) beat_.set({});
}

void Poller::stop() {
    stopping_ = true;
    beat_.stop();
}

void Poller::beat() {
    polling_ = true;
    began_ = Steady::now();
    const bool due = again_ || began_ >= next_poll_;
    if (due) {
        again_ = false;
        seen_ = Chassis::unknown;
        if (!poll_quickly()) poll_slowly();
    } else if (bmc_.has_session()) {
        asio::co_spawn(network_.loop(), keep_alive(), asio::detached);
    } else {
        end_poll();
    }
}

bool Poller::poll_quickly() {
    const Request* const power = power_.single();
    if (!power) return false;
    static const Request chassis = get_chassis_status();
    asking_chassis_ = began_ >= next_chassis_;
    return QuickCommand::start(asking_chassis_ ? chassis : *power);
}

void Poller::answered(const Answer& answer) {
    if (asking_chassis_) {
        asking_chassis_ = false;
        note_chassis(answer);
        const Request* const power = power_.single();
        if (power && QuickCommand::start(*power)) return;
    } else if (const auto sample = power_.take_single(answer, chassis_)) {
        report(sample);
        succeeded();
        if (again_ && !stopping_)
            beat();
        else
            end_poll();
        return;
    }
    asio::co_spawn(network_.loop(), read_power(), asio::detached);
}

void Poller::unanswered(const Error& error) {
    failed(error);
    end_poll();
}

void Poller::poll_slowly() {
    if (bmc_.needs_admission() && !network_.sessions.take())
        network_.sessions.queue(*this);
    else
        admitted();
}

void Poller::admitted() {
    if (stopping_) {
        end_poll();
        return;
    }
    bmc_.admit();
    asio::co_spawn(network_.loop(), poll(), asio::detached);
}

asio::awaitable<void> Poller::poll() {
    if (began_ >= next_chassis_) {
        const Result<Answer> answer = co_await bmc_.ask(Priority::power, get_chassis_status());
        if (!answer) {
            unanswered(answer.error());
            co_return;
        }
        note_chassis(*answer);
    }
    co_await read_power();
}

asio::awaitable<void> Poller::read_power() {
    const auto table = sensors_.table();
    const Result<std::optional<PowerSample>> power = co_await power_.read(chassis_, table.get());
    if (!power) {
        unanswered(power.error());
        co_return;
    }
    report(*power, power_.refused());
    succeeded();
    end_poll();
}

void Poller::note_chassis(const Answer& answer) {
    chassis_ = seen_ = parse_chassis_status(answer);
    // Half an interval early still counts: beats and polls are not exactly apart.
    next_chassis_ = began_ + bmc_.group().chassis_interval - bmc_.group().interval / 2;
}

asio::awaitable<void> Poller::keep_alive() {
    const Result<Answer> answer = co_await bmc_.ask(Priority::power, get_device_id());
    if (!answer) failed(answer.error());
    end_poll();
}

asio::awaitable<void> Poller::sense() {
    const auto began = Steady::now();
    const Result<void> updated = co_await sensors_.update();
    if (!updated) log::debug("ipmi: {}", updated.error().text);
    if (updated && bmc_.group().sensors) {
        const Result<std::vector<Sensors::Value>> values = co_await sensors_.read_all();
        if (values && !stopping_) report_sensors(*values, since(began));
    }
    sensing_ = false;
}

void Poller::report(const std::optional<PowerSample>& power, std::string_view refused) {
    std::array<Reading, 2> readings;
    std::size_t count = 0;
    Observation seen{.device = bmc_.node(),
                     .source = power ? power->source : "dcmi",
                     .at = Instant::now().wall,
                     .took = since(began_),
                     .chassis = seen_};
    if (power) readings[count++] = {.quantity = Quantity::power_watts, .value = power->watts};
    if (!refused.empty())
        readings[count++] = {.quantity = Quantity::power_watts, .refused = refused};
    seen.readings = std::span(readings).first(count);
    if (power && power->from_sensors) seen.scale = scale();
    note_missing_power(!power && (sensors_.table() || !power_.needs_sensors()));
    sink_->take(seen);
}

std::uint64_t Poller::scale() const {
    const auto table = sensors_.table();
    return table ? table->fingerprint : 0;
}

void Poller::note_missing_power(bool missing) {
    if (missing == power_missing_) return;
    power_missing_ = missing;
    if (missing)
        log::warning("ipmi: {} gives no power reading: {}, and its sensors have none", bmc_.label(),
                     power_.reason());
    else
        log::notice("ipmi: {} gives power readings again", bmc_.label());
}

void Poller::report_sensors(const std::vector<Sensors::Value>& values, Seconds took) {
    std::vector<Reading> readings;
    readings.reserve(values.size());
    for (const auto& [sensor, value] : values)
        readings.push_back({sensor->quantity, sensor->part, sensor->name, value});
    sink_->take({.device = bmc_.node(),
                 .source = "sdr",
                 .at = Instant::now().wall,
                 .took = took,
                 .readings = readings,
                 .scale = scale()});
}

void Poller::succeeded() {
    const auto now = Steady::now();
    if (!up_since_) up_since_ = now;
    if (now - *up_since_ >= proven_after) back_off_ = milliseconds{0};
    const auto interval = bmc_.group().interval;
    const auto beats = (now - first_) / interval + 1;
    next_poll_ = first_ + beats * interval;

    const bool wanted = bmc_.group().sensors || power_.needs_sensors();
    if (!wanted || sensing_ || stopping_ || now < next_sensors_) return;
    next_sensors_ = now + bmc_.group().sensors_interval;
    sensing_ = true;
    asio::co_spawn(network_.loop(), sense(), asio::detached);
}

void Poller::failed(const Error& error) {
    if (error.fault == Fault::cancelled) return;
    const auto now = Steady::now();
    up_since_.reset();
    next_chassis_ = {};
    back_off_ = back_off_ == milliseconds{0} ? network_.config().first_retry
                                             : std::min(2 * back_off_, longest_back_off);
    const milliseconds delay = back_off_;
    next_poll_ = std::max(now + delay, bmc_.held_until()) + network_.jitter(delay / 4);
    sink_->take({.device = bmc_.node(), .at = Instant::now().wall, .failure = &error});
}

void Poller::end_poll() {
    polling_ = false;
    if (stopping_) return;
    const auto now = Steady::now();
    auto next = again_ ? now : next_poll_;
    if (bmc_.has_session()) next = std::min(next, now + keep_alive_after);
    beat_.set(std::max(Steady::duration{}, next - now));
}

}  // namespace frugald::ipmi
