#include "plugins/remote_write/delivery.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/core/printable.h"

namespace frugald::remote_write {

namespace {

constexpr std::size_t most_quoted = 200;

/// Of these readings, for ever. A wrong password, permission or path (401, 403, 404) says nothing
/// about them: they wait until it is mended, as through an outage.
bool is_refusal(unsigned status) {
    const bool mended_by_people = status == 401 || status == 403 || status == 404;
    return status >= 400 && status < 500 && status != 429 && !mended_by_people;
}

}  // namespace

asio::awaitable<bool> Delivery::deliver(const Request& request) {
    for (;;) {
        const auto reply = co_await client_->post(request.body);
        if (reply && reply->status >= 200 && reply->status < 300) {
            counts_.sent += request.samples;
            succeeded();
            co_return true;
        }
        if (reply && is_refusal(reply->status)) {
            refused(request, *reply);
            co_return true;
        }
        if (stopping_) co_return false;
        failed(reply ? fmt::format("{} answers with HTTP status {}: {}", name_, reply->status,
                                   printable(reply->body, most_quoted))
                     : reply.error().text);
        std::optional<std::chrono::milliseconds> asked;
        if (reply) asked = parse_retry_after(reply->retry_after, Instant::now().wall);
        co_await tasks_.nap(backoff_.next(asked));
        if (stopping_) co_return false;
    }
}

void Delivery::succeeded() {
    backoff_.reset();
    if (failure_.empty()) return;
    failure_.clear();
    const auto length =
        std::chrono::duration_cast<std::chrono::seconds>(steady_now() - failing_since_);
    log::notice("remote_write: {} takes readings again, after {}", name_, length);
}

void Delivery::failed(const std::string& why) {
    ++counts_.failed_attempts;
    if (failure_.empty()) {
        failing_since_ = steady_now();
        log::warning("remote_write: {}; readings wait in frugald's store and are sent later", why);
    }
    failure_ = why;
}

/// The receiver is there: that is no failure.
void Delivery::refused(const Request& request, const Reply& reply) {
    succeeded();
    counts_.dropped += request.samples;
    ++counts_.refused;
    log::warning(
        "remote_write: {} refuses {} readings with HTTP status {}: {}; they are not sent again, "
        "{} dropped since the start",
        name_, request.samples, reply.status, printable(reply.body, most_quoted), counts_.dropped);
}

}  // namespace frugald::remote_write
