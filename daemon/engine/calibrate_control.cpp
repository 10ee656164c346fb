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
    auto& fleet = engine_.tools().fleet;
    const auto name = to_string(what.source);
    const WallTime now = Instant::now().wall;
    Calibration calibration;
    if (what.reference) {
        const auto seen = fleet.raw_power(what.source, now);
        auto made = seen ? calibration_of(what, what.raw.value_or(Watts{seen->value}))
                         : tl::unexpected<Error>(seen.error());
        if (!made) co_return std::vector{outcome(name, Outcome::Kind::failed, made.error().text)};
        calibration = std::move(*made);
    } else if (!fleet.calibrations().has(what.source)) {
        co_return std::vector{outcome(name, Outcome::Kind::done, "was not calibrated")};
    }
    calibration.at = now;
    calibration.by = what.by;
    calibration.author = who.name;
    const bool lasts = co_await put_in_force(what.source, calibration, what.reference.has_value());
    std::string text = "counts as it says";
    if (what.reference)
        text = fmt::format("{:g} W where it says {:g} W: times {:.4f}", calibration.reference.value,
                           calibration.raw.value, calibration.factor);
    if (!lasts) text += ", but the store does not work and a restart would forget it";
    co_return std::vector{outcome(name, lasts ? Outcome::Kind::done : Outcome::Kind::failed, text)};
}

/// Whether it would survive a restart.
asio::awaitable<bool> EngineControl::put_in_force(PowerSource source, Calibration calibration,
                                                  bool calibrated) {
    auto& tools = engine_.tools();
    const auto name = to_string(source);
    if (calibrated)
        tools.journal.keep(Calibrations::space, name, Calibrations::text_of(calibration));
    else
        tools.journal.drop(Calibrations::space, name);
    tools.fleet.calibrate(source, calibrated ? std::optional{calibration} : std::nullopt);
    tools.journal.audit(chronicle::calibration(source, calibration));
    co_await tools.journal.flush();
    co_return tools.journal.failure().empty();
}

asio::awaitable<std::vector<CalibrationEntry>> EngineControl::calibrations() {
    co_return engine_.tools().fleet.calibrations().list();
}

}  // namespace frugald
