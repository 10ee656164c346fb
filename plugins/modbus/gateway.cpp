#include "plugins/modbus/gateway.h"

#include <algorithm>

namespace frugald::modbus {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds first_reconnect = 1s;

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

Gateway::Gateway(std::string host, std::uint16_t port, Take take)
    : link_(std::move(host), port, wake_), take_(std::move(take)) {}

Gateway::~Gateway() {
    stop();
    join();
}

void Gateway::add(const MeterConfig& config, const Profile& profile) {
    lines_.push_back(std::make_unique<Line>(config, profile));
}

void Gateway::start() {
    // Spread over the interval, so that one behind the other is not late from the first round on.
    for (std::size_t i = 0; i < lines_.size(); ++i)
        lines_[i]->due = now() + lines_[i]->meter.config().interval * i / lines_.size();
    thread_ = std::thread{[this] { run(); }};
}

void Gateway::refresh(std::string_view meter) {
    for (const auto& line : lines_)
        if (line->meter.config().name == meter) line->at_once = true;
    wake_.wake();
}

void Gateway::join() {
    if (thread_.joinable()) thread_.join();
}

Gateway::Line& Gateway::next() {
    for (const auto& line : lines_)
        if (line->at_once.exchange(false)) line->due = std::min(line->due, now());
    return **std::ranges::min_element(lines_, {}, [](const auto& line) { return line->due; });
}

void Gateway::run() {
    while (!wake_.stopped()) {
        Line& line = next();
        if (line.due <= now())
            poll(line);
        else
            wake_.sleep_until(line.due);
    }
    link_.close();
}

void Gateway::poll(Line& line) {
    const auto start = now();
    auto outcome = read(line.meter);
    if (wake_.stopped()) return;
    take_(line.meter.record(start, std::move(outcome)));
    line.due = std::max(std::min(line.due, start) + line.meter.next_after(), now());
}

Result<std::vector<NamedReading>> Gateway::read(Meter& meter) {
    for (;;) {
        const auto connected = connect(meter);
        if (!connected) return tl::unexpected{connected.error()};
        // Gateways close connections that were idle for a while: that is no failure of the meter.
        const bool proven = link_.proven();
        auto outcome = meter.read(link_);
        const bool was_idle = !outcome && outcome.error().fault == Fault::unavailable && proven;
        if (!was_idle) return outcome;
    }
}

/// A gateway that does not take connections is asked ever less often, down to once a minute; its
/// meters fail meanwhile, each in its own rhythm.
Result<void> Gateway::connect(const Meter& meter) {
    if (link_.open()) return {};
    if (now() < connect_again_) return tl::unexpected{why_not_connected_};
    const auto connected = link_.connect(meter.config().timeout);
    connections_.record(connected.has_value());
    if (connected) return {};
    const auto wait = first_reconnect * connections_.slowdown();
    connect_again_ = now() + wait;
    why_not_connected_ = connected.error();
    return connected;
}

}  // namespace frugald::modbus
