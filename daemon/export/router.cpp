#include "daemon/export/router.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/export/json.h"
#include "daemon/export/page.h"

namespace frugald {

namespace {

constexpr const char* text_plain = "text/plain; charset=utf-8";
constexpr const char* prometheus_text = "text/plain; version=0.0.4; charset=utf-8";

bool is_acting_path(std::string_view path) {
    constexpr std::string_view paths[] = {
        "/api/v1/power",   "/api/v1/cap",        "/api/v1/hold",     "/api/v1/mode",
        "/api/v1/approve", "/api/v1/accept-bmc", "/api/v1/calibrate"};
    return std::ranges::find(paths, path) != std::end(paths);
}

/// The files of the page.
std::optional<Answer> asset(std::string_view path) {
    if (path == "/") return Answer{200, "text/html; charset=utf-8", text_of(page::html)};
    if (path == "/page.js")
        return Answer{200, "text/javascript; charset=utf-8", text_of(page::script)};
    if (path == "/page.css") return Answer{200, "text/css; charset=utf-8", text_of(page::style)};
    return std::nullopt;
}

Answer not_allowed(const char* allow, std::string_view why) {
    Answer answer = Router::error(405, "refused", why);
    answer.allow = allow;
    return answer;
}

}  // namespace

Router::Router(asio::io_context& loop, asio::thread_pool& workers, Control& control,
               std::chrono::milliseconds snapshot_interval)
    : loop_(loop), workers_(workers), control_(control), snapshot_interval_(snapshot_interval) {}

void Router::publish(std::shared_ptr<const Snapshot> snapshot) {
    rendered_ = std::make_shared<Rendered>(std::move(snapshot), loop_, workers_);
}

Answer Router::error(unsigned status, std::string_view fault, std::string_view what) {
    return {status, json_type, text_of(json::error(fault, what))};
}

Answer Router::health() const {
    if (!rendered_) return {503, text_plain, text_of("starting: no snapshot yet\n")};
    const Seconds age = std::chrono::steady_clock::now() - rendered_->snapshot()->at.steady;
    if (age < 3 * snapshot_interval_) return {200, text_plain, text_of("ok\n")};
    return {503, text_plain,
            text_of(fmt::format("stuck: the last snapshot is {:.1f} s old\n", age.count()))};
}

asio::awaitable<Answer> Router::answer(Question question) {
    const auto target = parse_target(question.target);
    if (!target) co_return error(400, "invalid", "the request's target is not a path");
    const bool reads = question.method == "GET" || question.method == "HEAD";
    if (is_acting_path(target->path)) {
        if (!question.acting_verbs)
            co_return not_allowed("",
                                  "this address is read-only; acting verbs are on the unix "
                                  "socket api.sock, use frugalctl");
        if (question.method != "POST") co_return not_allowed("POST", "use POST");
        co_return co_await act(question, *target);
    }
    if (!reads) co_return not_allowed("GET, HEAD", "only GET and HEAD read this");
    if (target->path == "/healthz") co_return health();
    if (!question.access.view)
        co_return error(403, "unauthorized",
                        fmt::format("{} may not read here; ask to be made a member of the "
                                    "view_group of frugald.toml",
                                    question.access.caller.name));
    co_return co_await read(question, *target);
}

asio::awaitable<Answer> Router::read(const Question& question, const Target& target) {
    const std::string& path = target.path;
    const bool packed = question.accepts_gzip;
    if (auto file = asset(path)) co_return std::move(*file);
    if (path == "/metrics") co_return co_await view(View::metrics, prometheus_text, packed);
    if (path == "/api/v1/status") co_return co_await view(View::status, json_type, packed);
    if (path == "/api/v1/pdus") co_return co_await view(View::devices, json_type, packed);
    if (path == "/api/v1/tree") co_return co_await view(View::tree, json_type, packed);
    if (path == "/api/v1/nodes") co_return co_await nodes(question, target);
    if (path == "/api/v1/pue") co_return co_await pue(target);
    if (path == "/api/v1/energy") co_return co_await energy(target);
    if (path == "/api/v1/events") co_return co_await events(target);
    if (path == "/api/v1/series") co_return co_await series(target);
    if (path == "/api/v1/audit" || path == "/api/v1/audit/verify")
        co_return co_await audit(question, target);
    if (path == "/api/v1/plan") {
        const auto plans = co_await control_.plan();
        co_return json_answer(json::plan(plans));
    }
    if (path == "/api/v1/calibrations") {
        const auto all = co_await control_.calibrations();
        co_return json_answer(json::calibrations(all));
    }
    if (path == "/api/v1/doctor") co_return co_await doctor();
    constexpr std::string_view why_path = "/api/v1/why/";
    if (path.starts_with(why_path)) co_return co_await why(path.substr(why_path.size()));
    co_return error(404, "invalid", "there is nothing here; docs/api.md lists the paths");
}

asio::awaitable<Answer> Router::view(View view, const char* type, bool packed) {
    const auto rendered = rendered_;  // stays the same while a newer one is published
    if (!rendered) co_return error(503, "unavailable", "frugald is starting: no snapshot yet");
    Text body = co_await rendered->get(view, packed);
    if (!body) co_return error(503, "unavailable", "not enough memory to render the answer");
    co_return Answer{200, type, std::move(body), packed};
}

}  // namespace frugald
