#include "plugins/ipmi/power_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/identities.h"
#include "plugins/ipmi/node_manager.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t three_strikes = 3;
constexpr std::uint8_t longest_retry_minutes = 60;
constexpr std::chrono::seconds look_again_after{60};

static_assert(sizeof(PowerSource) <= 64, "there are 10,000 of them");

/// Of a place in a set of places.
template <class Way>
std::uint8_t bit(Way way) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(way));
}

}  // namespace

/// A command that reads one sensor, and what its answer is decoded with.
struct PowerSource::Single {
    Request request;
    Sensor sensor;
    const char* source = "";
    bool ignore_scanning = false;
};

PowerSource::PowerSource(Bmc& bmc) : bmc_(bmc) {}
PowerSource::~PowerSource() = default;

bool PowerSource::left_alone(Way way) const {
    if (way == Way::dcmi && no_dcmi_) return true;
    return strikes_[static_cast<std::size_t>(way)] >= three_strikes;
}

void PowerSource::begin(Chassis chassis, Steady::time_point now) {
    if (bmc_.session_count() != session_ || chassis != chassis_) {
        session_ = bmc_.session_count();
        chassis_ = chassis;
        strikes_ = {};
        for_good_ = 0;
        retry_minutes_ = 1;
        retry_at_ = {};
    } else if (now >= retry_at_) {
        for (std::uint8_t& each : strikes_)
            if (each >= three_strikes) each = three_strikes - 1;
    }
}

asio::awaitable<Result<std::optional<PowerSample>>> PowerSource::read(Chassis chassis,
                                                                      const SensorTable* sensors,
                                                                      Steady::time_point now) {
    begin(chassis, now);
    works_ = false;
    refused_ = Trouble::none;
    const auto habits = habits_of(bmc_);
    no_dcmi_ = !habits->dcmi_power;
    doubt_dcmi_ = !habits->dcmi_no_reading_watts.empty();
    for (const Way way : ways) {
        if (left_alone(way)) continue;
        Result<Judged> judged = co_await ask(way, chassis, sensors);
        // A Node Manager may be silent behind a BMC that is not.
        const bool only_behind = way == Way::node_manager && !judged &&
                                 judged.error().fault == Fault::timeout && bmc_.has_session();
        if (only_behind) judged = Judged{std::nullopt, Trouble::silent};
        if (!judged) co_return tl::unexpected(judged.error());
        note(way, *judged);
        if (!judged->watts) continue;
        settle(way, sensors, now);
        plan_retry(now);
        static constexpr std::array names{"dcmi", "sdr", "nm", "psu"};
        co_return PowerSample{*judged->watts, names[static_cast<std::size_t>(way)],
                              way == Way::sensor || way == Way::supplies};
    }
    plan_retry(now);
    co_return std::nullopt;
}

asio::awaitable<Result<Judged>> PowerSource::ask(Way way, Chassis chassis,
                                                 const SensorTable* sensors) {
    constexpr Judged not_there{};
    if (way == Way::dcmi) co_return co_await ask_dcmi(chassis);
    if (!sensors) co_return not_there;
    if (way == Way::node_manager) {
        if (!sensors->node_manager) co_return not_there;
        co_return co_await ask_node_manager(chassis, *sensors->node_manager);
    }
    auto which = way == Way::sensor ? whole_node_sensor(*sensors) : supply_inputs(*sensors);
    if (which.empty()) co_return not_there;
    co_return co_await ask_sensors(chassis, *sensors, std::move(which));
}

asio::awaitable<Result<Judged>> PowerSource::ask_dcmi(Chassis chassis) {
    Judged judged;
    for (unsigned attempts = 1 + habits_of(bmc_)->dcmi_retries; attempts > 0; --attempts) {
        const Result<Answer> answer = co_await bmc_.ask(Priority::power, get_power_reading());
        if (!answer) co_return tl::unexpected(answer.error());
        judged = judge_this_dcmi(*answer, chassis);
        if (judged.trouble != Trouble::empty) break;
    }
    co_return judged;
}

Judged PowerSource::judge_this_dcmi(const Answer& answer, Chassis chassis) const {
    const Judged judged = judge_dcmi(answer, chassis);
    if (!doubt_dcmi_ || !judged.watts) return judged;
    const auto habits = habits_of(bmc_);
    const auto& none = habits->dcmi_no_reading_watts;
    const bool none_of_these = std::find(none.begin(), none.end(), *judged.watts) == none.end();
    return none_of_these ? judged : Judged{std::nullopt, Trouble::sentinel};
}

asio::awaitable<Result<Judged>> PowerSource::ask_node_manager(Chassis chassis, Target target) {
    const Result<Answer> answer =
        co_await bmc_.ask(Priority::power, get_node_manager_statistics(target));
    if (!answer) co_return tl::unexpected(answer.error());
    co_return judge_node_manager(*answer, chassis);
}

asio::awaitable<Result<Judged>> PowerSource::ask_sensors(Chassis chassis,
                                                         const SensorTable& sensors,
                                                         std::vector<std::size_t> which) {
    double sum = 0;
    for (const std::size_t index : which) {
        const Sensor& sensor = sensors.sensors[index];
        const Result<std::optional<double>> watts =
            co_await read_sensor(bmc_, sensor, Priority::power);
        if (!watts) co_return tl::unexpected(watts.error());
        // A sum without one of its parts would be a wrong number, not a smaller one.
        if (!*watts || **watts < 0) co_return Judged{std::nullopt, Trouble::no_value};
        if (*watts == sensor.value(no_reading)) co_return Judged{std::nullopt, Trouble::sentinel};
        sum += **watts;
    }
    co_return believe(sum, chassis);
}

std::string_view PowerSource::refused() const {
    switch (refused_) {
        case Trouble::not_measured:
            return "deactivated";
        case Trouble::zero:
            return "zero_while_on";
        case Trouble::sentinel:
            return "sentinel";
        default:
            return {};
    }
}

void PowerSource::note(Way way, const Judged& judged) {
    if (refused_ == Trouble::none) refused_ = judged.trouble;
    if (judged.trouble == Trouble::none) {
        if (!judged.watts) return;  // not asked
        strikes(way) = 0;
        for_good_ = static_cast<std::uint8_t>(for_good_ & ~bit(way));
    } else if (is_final(judged)) {
        strikes(way) = three_strikes;
        for_good_ |= bit(way);
    } else {
        ++strikes(way);
    }
    if (way != Way::dcmi) return;
    dcmi_failed_ = dcmi_failed_ || judged.trouble != Trouble::none;
    dcmi_trouble_ = judged.trouble;
    dcmi_code_ = judged.completion_code;
}

void PowerSource::settle(Way way, const SensorTable* sensors, Steady::time_point now) {
    session_ = bmc_.session_count();
    way_ = way;
    works_ = true;
    single_.reset();
    look_again_at_ = now + look_again_after;
    // A Node Manager that is silent is not a BMC that is: only `read` can tell them apart.
    if (way == Way::dcmi || way == Way::node_manager) return;
    const auto which = way == Way::sensor ? whole_node_sensor(*sensors) : supply_inputs(*sensors);
    const Sensor& first = sensors->sensors[which.front()];
    // Some need more than a byte of the BMC to be decoded, or judged.
    if (which.size() > 1 || !first.value(0) || !habits_of(bmc_)->no_reading_bytes.empty()) return;
    single_ = std::make_unique<const Single>(Single{get_sensor_reading(first.number, first.lun),
                                                    first, way == Way::sensor ? "sdr" : "psu",
                                                    workarounds_of(bmc_).ignore_scanning});
}

// What was refused for good is asked again after an hour; what was wrong, sooner, and less often
// while something else serves.
void PowerSource::plan_retry(Steady::time_point now) {
    bool any = false, any_may_recover = false;
    for (std::size_t i = 0; i < strikes_.size(); ++i) {
        if (strikes_[i] < three_strikes) continue;
        any = true;
        any_may_recover = any_may_recover || (for_good_ & bit(i)) == 0;
    }
    if (any && now >= retry_at_) {
        const std::uint8_t minutes = !any_may_recover ? longest_retry_minutes
                                     : works_         ? retry_minutes_
                                                      : std::uint8_t{1};
        retry_at_ = now + std::chrono::minutes{minutes};
        retry_minutes_ = std::min<std::uint8_t>(static_cast<std::uint8_t>(2 * retry_minutes_),
                                                longest_retry_minutes);
    }
    if (any) look_again_at_ = std::min(look_again_at_, retry_at_);
    // Not yet given up: asked in each poll.
    for (const Way way : ways)
        if (works_ && way < way_ && strikes(way) > 0 && !left_alone(way)) look_again_at_ = {};
}

std::string PowerSource::reason() const {
    if (dcmi_trouble_ == Trouble::none) return {};
    return fmt::format("DCMI Get Power Reading fails ({})", explain(dcmi_trouble_, dcmi_code_));
}

const Request* PowerSource::single(Steady::time_point now) const {
    static const Request dcmi = get_power_reading();
    if (!works_ || bmc_.session_count() != session_) return nullptr;
    if (way_ == Way::dcmi) return &dcmi;
    return single_ && now < look_again_at_ ? &single_->request : nullptr;
}

std::optional<PowerSample> PowerSource::take_single(const Answer& answer, Chassis chassis) {
    Judged judged;
    const char* source = "dcmi";
    if (way_ == Way::dcmi) {
        judged = judge_this_dcmi(answer, chassis);
    } else if (single_) {
        source = single_->source;
        judged = judge_sensor(answer, single_->sensor, single_->ignore_scanning, chassis);
    }
    works_ = judged.watts.has_value();
    if (!works_) return std::nullopt;
    return PowerSample{*judged.watts, source, way_ != Way::dcmi};
}

}  // namespace frugald::ipmi
