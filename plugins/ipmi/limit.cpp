#include "plugins/ipmi/limit.h"

#include <fmt/format.h>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/identities.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t privilege_too_low = 0xd4;

Fault fault_of(const Answer& answer) {
    if (answer.completed()) return Fault::unsupported;
    if (answer.completion_code == privilege_too_low) return Fault::unauthorized;
    switch (answer.completion_code) {
        case 0x83:  // of Send Message: nobody is where the Node Manager should be
        case 0xc1:
        case 0xc2:
        case 0xd6:
            return Fault::unsupported;
        default:
            return Fault::refused;
    }
}

class DcmiLimiter : public PowerLimiter {
public:
    explicit DcmiLimiter(Bmc& bmc) : bmc_(bmc) {}

    asio::awaitable<Result<CapReading>> read() override {
        const Result<PowerLimitReading> reading = co_await read_limit();
        if (!reading) co_return tl::unexpected(reading.error());
        CapReading cap;
        cap.active = reading->active;
        cap.limit = Watts{static_cast<double>(reading->limit.watts)};
        cap.correction = std::chrono::milliseconds{reading->limit.correction_ms};
        cap.least = habits_of(bmc_)->least_limit;
        cap.most = habits_of(bmc_)->most_limit;
        cap.way = "dcmi";
        co_return cap;
    }

    asio::awaitable<Result<void>> set(std::uint16_t watts) override {
        PowerLimit wanted{watts, usual_correction_ms, usual_period_s};
        const Result<PowerLimitReading> present = co_await read_limit();
        if (!present && present.error().fault != Fault::refused)
            co_return tl::unexpected(present.error());
        if (present && present->limit.correction_ms > 0)
            wanted.correction_ms = present->limit.correction_ms;
        if (present && present->limit.period_s > 0) wanted.period_s = present->limit.period_s;
        const Result<void> set = co_await command(set_power_limit(wanted), "the power limit");
        if (!set) co_return set;
        co_return co_await command(activate_power_limit(true), "to activate the power limit");
    }

    asio::awaitable<Result<void>> release() override {
        co_return co_await command(activate_power_limit(false), "to deactivate the power limit");
    }

private:
    asio::awaitable<Result<PowerLimitReading>> read_limit() {
        Result<Answer> answer;
        for (unsigned attempts = 1 + habits_of(bmc_)->dcmi_retries; attempts > 0; --attempts) {
            answer = co_await bmc_.ask(Priority::cap, get_power_limit());
            if (!answer) co_return tl::unexpected(answer.error());
            if (const auto reading = parse_power_limit(*answer)) co_return *reading;
            if (!answer->completed()) break;
        }
        co_return no(*answer, "to tell its power limit");
    }

    asio::awaitable<Result<void>> command(Request request, const char* what) {
        const Result<Answer> answer = co_await bmc_.ask(Priority::cap, request);
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed()) co_return no(*answer, what);
        co_return Result<void>{};
    }

    tl::unexpected<Error> no(const Answer& answer, const char* what) const {
        return refusal(
            bmc_, what, answer,
            answer.completed() ? "its answer is not DCMI's" : explain(answer.completion_code));
    }

    Bmc& bmc_;
};

}  // namespace

std::unique_ptr<PowerLimiter> dcmi_limiter(Bmc& bmc) { return std::make_unique<DcmiLimiter>(bmc); }

tl::unexpected<Error> refusal(const Bmc& bmc, const char* what, const Answer& answer,
                              const std::string& why) {
    return fail(fault_of(answer), fmt::format("{} refuses {} ({})", bmc.label(), what, why));
}

}  // namespace frugald::ipmi
