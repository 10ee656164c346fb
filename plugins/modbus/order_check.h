#pragma once

#include <array>
#include <functional>
#include <optional>

#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// Tells a wrong word order from a strange reading: swapped numbers are absurd nearly always, and
/// the right order makes sense of all of them at once.
class OrderCheck {
public:
    explicit OrderCheck(Order declared) : declared_(declared) {}

    /// `value_in` is the point's value, read in that order.
    void note(const Point& point, const std::function<std::optional<double>(Order)>& value_in);

    /// The order in which the numbers make most sense, if they make none in the declared one.
    std::optional<Order> looks_like() const;

private:
    struct Verdict {
        int absurd = 0;
        int telling = 0;  // values that chance does not bring: a mains voltage; else any but 0
    };
    bool is_telling(double value, bool voltage) const;
    const Verdict& of(Order order) const { return verdicts_[static_cast<std::size_t>(order)]; }

    Order declared_;
    std::array<Verdict, 4> verdicts_{};
    bool voltages_ = false;  // there are any, and then only they tell
    bool live_ = false;      // one is not 0 in the declared order
};

}  // namespace frugald::modbus
