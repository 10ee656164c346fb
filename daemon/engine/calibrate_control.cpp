// What the API may ask about calibrations.

#include <fmt/format.h>

#include "daemon/engine/chronicle.h"
#include "daemon/engine/engine_control.h"

namespace frugald {

namespace {

Outcome outcome(const std::string& source, Outcome::Kind kind, std::string text) {
    return {source, kind, {}, std::move(text)};
}

Result<Calibration> calibration_of(const CalibrateRequest& what, Watts raw) {
    Calibration calibration;
    calibration.reference = *what.reference;
    calibration.raw = raw;
    calibration.factor = raw.value > 0 ? what.reference->value / raw.value : 0;
    const bool sane = calibration.factor >= Calibration::least_factor &&
                      calibration.factor <= Calibration::most_factor;
    if (!sane)
        return fail(Fault::invalid,
                    fmt::format("{:g} W where it says {:g} W is more than an instrument's error: "
                                "look for another outlet, a wrong current transformer ratio, VA "
                                "for W; a factor may be {} to {}",
                                what.reference->value, raw.value, Calibration::least_factor,
                                Calibration::most_factor));
    return calibration;
}

}  // namespace

asio::awaitable<std::vector<Outcome>> EngineControl::calibrate(Caller who, CalibrateRequest what) {
    auto& tools = engine_.tools();
    const auto name = to_string(what.source);
    const WallTime now = Instant::now().wall;
    const auto seen = tools.fleet.raw_power(what.source, now);
    const bool known = tools.fleet.calibrations().has(what.source);
    Calibration calibration;
    if (what.reference) {
        if (!seen) co_return std::vector{outcome(name, Outcome::Kind::failed, seen.error().text)};
        auto made = calibration_of(what, what.raw.value_or(Watts{seen->value}));
        if (!made) co_return std::vector{outcome(name, Outcome::Kind::failed, made.error().text)};
        calibration = std::move(*made);
    } else if (!known) {
        co_return std::vector{outcome(name, Outcome::Kind::done, "was not calibrated")};
    }
    calibration.at = now;
    calibration.by = what.by;
    calibration.author = who.name;
    if (what.reference) {
        tools.journal.keep(Calibrations::space, name, Calibrations::text_of(calibration));
        tools.fleet.calibrate(what.source, calibration);
    } else {
        tools.journal.drop(Calibrations::space, name);
        tools.fleet.calibrate(what.source, std::nullopt);
    }
    tools.journal.audit(chronicle::calibration(what.source, calibration));
    co_await tools.journal.flush();
    if (!tools.journal.failure().empty())
        co_return std::vector{outcome(name, Outcome::Kind::failed,
                                      "in force, but the store does not work and a restart would "
                                      "forget it: " +
                                          tools.journal.failure())};
    const auto text = what.reference ? fmt::format("{:g} W where it says {:g} W: times {:.4f}",
                                                   calibration.reference.value,
                                                   calibration.raw.value, calibration.factor)
                                     : std::string{"counts as it says"};
    co_return std::vector{outcome(name, Outcome::Kind::done, text)};
}

asio::awaitable<std::vector<CalibrationEntry>> EngineControl::calibrations() {
    co_return engine_.tools().fleet.calibrations().list();
}

}  // namespace frugald
