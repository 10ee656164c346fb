#include "plugins/modbus/order_check.h"

#include <cmath>

namespace frugald::modbus {

namespace {

constexpr std::array orders{Order::abcd, Order::cdab, Order::badc, Order::dcba};
// A live line has at least so much, whatever it feeds; and of low voltage, this.
constexpr double least_volts = 50;
constexpr Plausible mains_volts{80, 600};
// Floats with their words swapped are mostly like 2e-41; no meter resolves this.
constexpr double least_magnitude = 1e-9;

bool is_absurd(const Point& point, double value) {
    if (value == 0) return false;
    if (std::abs(value) < least_magnitude) return true;
    if (point.quantity == Quantity::voltage_volts && value < least_volts) return true;
    return value < point.plausible.least || value > point.plausible.most;
}

}  // namespace

bool OrderCheck::is_telling(double value, bool voltage) const {
    if (voltage) return value >= mains_volts.least && value <= mains_volts.most;
    return !voltages_ && value != 0;
}

void OrderCheck::note(const Point& point,
                      const std::function<std::optional<double>(Order)>& value_in) {
    if (registers_of(point.type) < 2 || point.order != declared_) return;
    const bool voltage = point.quantity == Quantity::voltage_volts;
    if (voltage && !voltages_) {
        voltages_ = true;
        for (auto& verdict : verdicts_) verdict.telling = 0;
    }
    for (const auto order : orders) {
        const auto value = value_in(order);
        if (!value) continue;
        if (voltage && order == declared_ && *value != 0) live_ = true;
        auto& verdict = verdicts_[static_cast<std::size_t>(order)];
        if (is_absurd(point, *value))
            ++verdict.absurd;
        else if (is_telling(*value, voltage))
            ++verdict.telling;
    }
}

std::optional<Order> OrderCheck::looks_like() const {
    // Volts that no low-voltage line has may be medium voltage, unless another order says 230.
    const bool strange = live_ && of(declared_).telling == 0;
    if (of(declared_).absurd == 0 && !strange) return std::nullopt;
    std::optional<Order> best;
    int most = 0;
    for (const auto order : orders) {
        const auto& verdict = of(order);
        if (order == declared_ || verdict.absurd > 0 || verdict.telling < most) continue;
        if (verdict.telling == most)
            best.reset();
        else
            best = order;
        most = verdict.telling;
    }
    return best;
}

}  // namespace frugald::modbus
