#include <fmt/format.h>

#include "daemon/export/json.h"
#include "daemon/export/requests.h"
#include "daemon/export/router.h"

namespace frugald {

namespace {

Answer report(const std::vector<Outcome>& outcomes) {
    return {200, json_type, text_of(json::outcomes(outcomes))};
}

Answer bad_request(const Error& error) {
    return Router::error(400, to_string(error.fault), error.text);
}

}  // namespace

asio::awaitable<Answer> Router::act(const Question& question, const Target& target) {
    const Caller& caller = question.access.caller;
    if (!question.access.act)
        co_return error(403, "unauthorized",
                        fmt::format("{} may not act; that needs root or a member of the "
                                    "admin_group of frugald.toml",
                                    caller.name));
    if (target.path == "/api/v1/power") {
        auto request = parse_power_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto outcomes = co_await control_.power(caller, std::move(*request));
        co_return report(outcomes);
    }
    if (target.path == "/api/v1/cap") {
        auto request = parse_cap_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto outcomes = co_await control_.cap(caller, std::move(*request));
        co_return report(outcomes);
    }
    if (target.path == "/api/v1/mode") {
        auto request = parse_mode_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto modes = co_await control_.mode(caller, std::move(*request));
        co_return json_answer(json::mode(modes));
    }
    if (target.path == "/api/v1/approve") {
        auto request = parse_approve_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto outcomes = co_await control_.approve(caller, std::move(*request));
        co_return report(outcomes);
    }
    if (target.path == "/api/v1/accept-bmc") {
        auto request = parse_accept_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto outcomes = co_await control_.accept_bmc(caller, std::move(*request));
        co_return report(outcomes);
    }
    if (target.path == "/api/v1/calibrate") {
        auto request = parse_calibrate_request(question.body);
        if (!request) co_return bad_request(request.error());
        const auto outcomes = co_await control_.calibrate(caller, std::move(*request));
        co_return report(outcomes);
    }
    auto request = parse_hold_request(question.body);
    if (!request) co_return bad_request(request.error());
    const auto outcomes = co_await control_.hold(caller, std::move(*request));
    co_return report(outcomes);
}

}  // namespace frugald
