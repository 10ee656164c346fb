#include "plugins/remote_write/sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/ports/offload.h"

namespace frugald::remote_write {

namespace {

// Prometheus refuses what is an hour older than its newest sample.
constexpr std::chrono::minutes longest_window{10};
// What is this far behind is worth a word.
constexpr std::chrono::minutes far_behind{10};
constexpr std::chrono::seconds save_interval{1};
// Retention takes whole days.
constexpr std::chrono::hours may_be_gone{12};

}  // namespace

Sender::Sender(const PluginHost& host, const Config& config, std::unique_ptr<Client> client)
    : loop_(host.loop),
      workers_(host.workers),
      archive_(host.archive),
      file_(host.state_directory.empty() ? host.state_directory
                                         : host.state_directory / "remote_write.cursor"),
      config_(config),
      tasks_(host.loop),
      delivery_(tasks_, std::move(client), config),
      labels_(config.labels) {}

void Sender::take(std::shared_ptr<const Snapshot> picture) {
    const bool first = !picture_;
    picture_ = std::move(picture);
    if (first && archive_ != nullptr && !stopping_) tasks_.spawn(run());
}

asio::awaitable<void> Sender::stop() {
    stopping_ = true;
    delivery_.hurry();
    tasks_.wake_all();
    Timer patience{loop_, config_.patience.stop};
    const auto give_up = [this](boost::system::error_code ended) {
        if (!ended) delivery_.abort();
    };
    patience.async_wait(give_up);
    co_await tasks_.all_ended();
}

asio::awaitable<void> Sender::run() {
    while (!stopping_) {
        const auto next = co_await send_next();
        if (next == Next::later && !stopping_) co_await tasks_.nap(config_.send_interval);
    }
    if (!cursor_) co_return;
    // Nobody else will.
    auto late = archive_->take_late();
    if (delivery_.failure().empty()) co_await send_late(std::move(late));
    co_await save();
}

asio::awaitable<Sender::Next> Sender::send_next() {
    auto late = archive_->take_late();
    const auto end = archive_->complete_until();
    if (!end) co_return Next::later;
    if (!cursor_) co_await begin(*end);
    co_await send_late(std::move(late));
    co_await skip_what_is_gone();
    auto to = std::min(*end, cursor_->from + longest_window);
    if (cursor_->part) to = cursor_->part_to;
    if (to <= cursor_->from || stopping_) co_return Next::later;
    const bool done = co_await send_window(to);
    note_distance();
    co_return done&& to < *end ? Next::at_once : Next::later;
}

asio::awaitable<void> Sender::begin(WallTime complete_until) {
    Result<std::optional<Cursor>> found{};
    if (!file_.empty()) {
        const auto load = [this] { return load_cursor(file_); };
        found = co_await offload(workers_, load);
    }
    if (!found) log::error("remote_write: {}; it begins anew", found.error().text);
    if (found && *found && (*found)->from <= complete_until) {
        cursor_ = std::move(*found);
        co_return;
    }
    if (found && *found)
        log::warning(
            "remote_write: readings were sent until {}, and now it is only {}: the clock "
            "was set back; what follows is sent",
            iso8601((*found)->from), iso8601(complete_until));
    auto from = complete_until;
    if (!found || !*found) from = co_await first_start(complete_until);
    cursor_ = Cursor{.from = from};
    co_await save();
}

asio::awaitable<WallTime> Sender::first_start(WallTime complete_until) {
    const auto oldest = co_await archive_->oldest();
    auto from = complete_until - config_.backfill;
    if (oldest && *oldest) from = std::clamp(**oldest, from, complete_until);
    if (config_.backfill.count() > 0)
        log::notice("remote_write: the first start: readings are sent from {} on", iso8601(from));
    co_return from;
}

asio::awaitable<void> Sender::skip_what_is_gone() {
    if (Instant::now().wall - cursor_->from < may_be_gone) co_return;
    const auto oldest = co_await archive_->oldest();
    if (!oldest || !*oldest || **oldest <= cursor_->from) co_return;
    log::error(
        "remote_write: the readings from {} to {} are lost to the receiver: they are older "
        "than what frugald keeps (keep_readings_days, keep_free_percent)",
        iso8601(cursor_->from), iso8601(**oldest));
    cursor_ = Cursor{.from = **oldest};
    co_await save();
}

/// True: the cursor is at its end.
asio::awaitable<bool> Sender::send_window(WallTime to) {
    auto all = co_await send_stored(to, cursor_->part);
    // The stream to begin after is not there any more: rather twice than not at all.
    if (all && !*all && !stopping_ && cursor_->part) all = co_await send_stored(to, {});
    if (!all) {
        log::warning("remote_write: the readings until {} cannot be read: {}; they are tried again",
                     iso8601(to), all.error().text);
        co_return false;
    }
    if (!*all) co_return false;
    cursor_ = Cursor{.from = to};
    co_await save();
    co_return true;
}

/// False: stopped, or the stream to begin after did not come.
asio::awaitable<Result<bool>> Sender::send_stored(WallTime to, std::optional<Stream> skip_until) {
    SampleQuery query;
    query.from = cursor_->from;
    query.to = to;
    query.resolution = Resolution::raw;
    const auto reader = co_await archive_->ask(std::move(query));
    if (!reader) co_return tl::unexpected(reader.error());
    labels_.use(picture_);
    const auto batcher = std::make_shared<Batcher>(labels_, config_.limits, std::move(skip_until));
    for (bool more = true; more;) {
        const auto step = co_await read_step(**reader, batcher);
        if (!step) co_return tl::unexpected(step.error());
        more = *step;
        const bool sent = co_await send(batcher->take_requests(), to);
        if (!sent) co_return false;
    }
    for (const auto& text : (*reader)->damage()) log::warning("remote_write: not sent: {}", text);
    co_return !batcher->skipping();
}

asio::awaitable<Result<bool>> Sender::read_step(ArchiveReader& reader,
                                                std::shared_ptr<Batcher> batcher) {
    const ArchiveSink sink{.samples = [batcher](const SeriesSamples& series) {
        batcher->take(series);
        return true;
    }};
    auto more = co_await reader.step(sink);
    if (more && !*more) {
        const auto finish = [batcher] {
            batcher->finish();
            return true;
        };
        co_await offload(workers_, finish);
    }
    co_return more;
}

/// False: stopped at the end of a stream, or because it did not get through any more.
asio::awaitable<bool> Sender::send(std::vector<Request> requests, WallTime to) {
    for (auto& request : requests) {
        const bool done = co_await delivery_.deliver(request);
        if (!done) co_return false;
        if (!request.after) continue;
        cursor_->part = std::move(request.after);
        cursor_->part_to = to;
        if (steady_now() - saved_ >= save_interval) co_await save();
        if (stopping_) co_return false;
    }
    co_return true;
}

/// What is not behind the cursor yet comes with its window.
asio::awaitable<void> Sender::send_late(std::vector<Sample> late) {
    std::erase_if(late, [this](const Sample& one) { return one.at >= cursor_->from; });
    if (late.empty()) co_return;
    const auto batcher = std::make_shared<Batcher>(labels_, config_.limits);
    labels_.use(picture_);
    const auto samples = std::make_shared<std::vector<Sample>>(std::move(late));
    const auto encode = [batcher, samples] {
        take_samples(*samples, *batcher);
        batcher->finish();
        return batcher->take_requests();
    };
    const auto requests = co_await offload(workers_, encode);
    for (const auto& request : requests) {
        const bool done = co_await delivery_.deliver(request);
        if (!done) co_return;
    }
}

asio::awaitable<void> Sender::save() {
    saved_ = steady_now();
    if (file_.empty()) co_return;
    const auto write = [file = file_, cursor = *cursor_] { return save_cursor(file, cursor); };
    const auto saved = co_await offload(workers_, write);
    auto failure = saved ? std::string{} : saved.error().text;
    if (!failure.empty() && save_failure_.empty()) log::error("remote_write: {}", failure);
    save_failure_ = std::move(failure);
}

void Sender::note_distance() {
    const auto distance = Instant::now().wall - cursor_->from;
    const bool behind = distance > far_behind;
    if (behind_ && !behind) log::notice("remote_write: everything is sent but the last minutes");
    behind_ = behind;
}

std::string Sender::status() const {
    if (archive_ == nullptr) return "nothing is stored, so there is nothing to send";
    const auto& counts = delivery_.counts();
    auto text = fmt::format("sent {}, dropped {}, failed requests {}", counts.sent, counts.dropped,
                            counts.refused + counts.failed_attempts);
    if (cursor_)
        text += fmt::format(", {} s behind",
                            (Instant::now().wall - cursor_->from) / std::chrono::seconds{1});
    if (!delivery_.failure().empty()) text += "; " + delivery_.failure();
    if (!save_failure_.empty()) text += "; " + save_failure_;
    return text;
}

}  // namespace frugald::remote_write
