#include <fmt/format.h>

#include <algorithm>

#include "plugins/ipmi/limit.h"
#include "plugins/ipmi/node_manager.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t limit_out_of_range = 0x84;

class NodeManagerLimiter : public PowerLimiter {
public:
    NodeManagerLimiter(Bmc& bmc, Target target) : bmc_(bmc), target_(target) {}

    asio::awaitable<Result<CapReading>> read() override {
        const Result<std::optional<NodeManagerPolicy>> policy = co_await read_policy();
        if (!policy) co_return tl::unexpected(policy.error());
        const Result<std::optional<LimitRange>> range = co_await read_range();
        if (!range) co_return tl::unexpected(range.error());
        CapReading cap;
        cap.way = "nm";
        if (*range) {
            cap.least = Watts{static_cast<double>((*range)->least_watts)};
            cap.most = Watts{static_cast<double>((*range)->most_watts)};
        }
        if (!*policy) co_return cap;
        cap.active = (*policy)->enabled && (*policy)->control_enabled;
        cap.limit = Watts{static_cast<double>((*policy)->limit.watts)};
        cap.correction = std::chrono::milliseconds{(*policy)->limit.correction_ms};
        co_return cap;
    }

    asio::awaitable<Result<void>> set(std::uint16_t watts) override {
        const Result<std::optional<NodeManagerPolicy>> present = co_await read_policy();
        if (!present) co_return tl::unexpected(present.error());
        const Result<std::optional<LimitRange>> range = co_await read_range();
        if (!range) co_return tl::unexpected(range.error());
        const PowerLimit wanted = limit_for(watts, *present, *range);
        Result<Answer> answer = co_await ask(set_node_manager_policy(target_, wanted));
        if (answer && answer->completion_code == policy_is_enabled) {
            answer = co_await ask(enable_node_manager_policy(target_, false));
            if (answer) answer = co_await ask(set_node_manager_policy(target_, wanted));
        }
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed()) co_return no(*answer, "the power limit", *range);
        answer = co_await ask(enable_node_manager_policy(target_, true));
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed()) co_return no(*answer, "to enable the power limit", *range);
        co_return Result<void>{};
    }

    asio::awaitable<Result<void>> release() override {
        const Result<Answer> answer = co_await ask(enable_node_manager_policy(target_, false));
        if (!answer) co_return tl::unexpected(answer.error());
        if (!answer->completed() && answer->completion_code != no_such_policy)
            co_return no(*answer, "to disable the power limit", std::nullopt);
        co_return Result<void>{};
    }

private:
    asio::awaitable<Result<Answer>> ask(Request request) {
        co_return co_await bmc_.ask(Priority::cap, request);
    }

    // Absent: there is no policy of frugald's.
    asio::awaitable<Result<std::optional<NodeManagerPolicy>>> read_policy() {
        const Result<Answer> answer = co_await ask(get_node_manager_policy(target_));
        if (!answer) co_return tl::unexpected(answer.error());
        if (answer->completion_code == no_such_policy) co_return std::nullopt;
        const auto policy = parse_node_manager_policy(*answer);
        if (!policy) co_return no(*answer, "to tell its power limit", std::nullopt);
        co_return policy;
    }

    // Absent: it does not tell.
    asio::awaitable<Result<std::optional<LimitRange>>> read_range() {
        const Result<Answer> answer = co_await ask(get_node_manager_capabilities(target_));
        if (!answer) co_return tl::unexpected(answer.error());
        co_return parse_node_manager_capabilities(*answer);
    }

    static PowerLimit limit_for(std::uint16_t watts,
                                const std::optional<NodeManagerPolicy>& present,
                                const std::optional<LimitRange>& range) {
        if (present) return {watts, present->limit.correction_ms, present->limit.period_s};
        PowerLimit limit{watts, usual_correction_ms, usual_period_s};
        if (!range) return limit;
        // At least what it can do; a range whose end is before its start says nothing.
        limit.correction_ms = std::max(limit.correction_ms, range->least_correction_ms);
        limit.period_s = std::max(limit.period_s, range->least_period_s);
        return limit;
    }

    tl::unexpected<Error> no(const Answer& answer, const char* what,
                             const std::optional<LimitRange>& range) const {
        std::string why = answer.completed() ? "its answer is not the Node Manager's"
                                             : explain_node_manager(answer.completion_code);
        if (range && answer.completion_code == limit_out_of_range)
            why += fmt::format(", {} to {} W", range->least_watts, range->most_watts);
        return refusal(bmc_, what, answer, "Node Manager: " + why);
    }

    Bmc& bmc_;
    Target target_;
};

}  // namespace

std::unique_ptr<PowerLimiter> node_manager_limiter(Bmc& bmc, Target target) {
    return std::make_unique<NodeManagerLimiter>(bmc, target);
}

}  // namespace frugald::ipmi
