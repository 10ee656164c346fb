#include "plugins/command/poller.h"

#include <fmt/format.h>

#include "daemon/ports/offload.h"

namespace frugald::command {

namespace {

void hand_over(const SourceConfig& config, ObservationSink& sink, Seconds took,
               const Document& document) {
    std::vector<Reading> readings;
    for (const auto& reading : document.readings)
        readings.push_back({reading.quantity, reading.part, reading.name, reading.value, {}});
    Observation seen;
    seen.kind = config.kind;
    seen.device = config.name;
    seen.source = "command";
    seen.at = document.at.value_or(Instant::now().wall);
    seen.took = took;
    seen.readings = readings;
    sink.take(seen);
}

std::string with_complaint(const Running& running, std::string text) {
    const auto complaint = running.complaint();
    return complaint.empty() ? text : fmt::format("{}: {}", text, complaint);
}

}  // namespace

Poller::Poller(const SourceConfig& config, asio::io_context& loop, asio::thread_pool& workers,
               Slots& slots)
    : config_(config), loop_(loop), workers_(workers), slots_(slots), timer_(loop) {}

Error Poller::failure(const Error& error) const {
    return {error.fault,
            fmt::format("source {} ({}): {}", config_.name, config_.argv.front(), error.text)};
}

asio::awaitable<void> Poller::run(std::chrono::milliseconds first, ObservationSink& sink) {
    auto due = steady_now() + first;
    for (;;) {
        co_await sleep_until(due);
        if (stopped_) co_return;
        const auto start = steady_now();
        co_await poll(sink);
        due = std::max(std::min(due, start) + config_.interval, steady_now());
    }
}

asio::awaitable<void> Poller::sleep_until(SteadyTime at) {
    if (stopped_) co_return;
    sleeping_ = true;
    timer_.expires_at(at);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    sleeping_ = false;
}

void Poller::wake() {
    if (sleeping_) timer_.cancel();
}

void Poller::stop() {
    stopped_ = true;
    timer_.cancel();
    if (running_) running_->stop();
}

asio::awaitable<void> Poller::poll(ObservationSink& sink) {
    co_await slots_.enter();
    const auto start = steady_now();
    const auto document = co_await read();
    slots_.leave();
    if (stopped_) co_return;
    if (document) {
        hand_over(config_, sink, steady_now() - start, *document);
        co_return;
    }
    const auto why = failure(document.error());
    Observation seen;
    seen.kind = config_.kind;
    seen.device = config_.name;
    seen.at = Instant::now().wall;
    seen.failure = &why;
    sink.take(seen);
}

asio::awaitable<Result<Document>> Poller::read() {
    auto printed = co_await output();
    if (!printed) co_return tl::unexpected{printed.error()};
    // A mebibyte of JSON takes longer than the loop can wait.
    auto understand = [text = *std::move(printed)] {
        return read_document(text, Instant::now().wall);
    };
    co_return co_await offload(workers_, understand);
}

asio::awaitable<Result<std::string>> Poller::output() {
    if (stopped_) co_return fail(Fault::cancelled, "stopping");
    if (running_ && !running_->ended())
        co_return fail(Fault::unavailable,
                       fmt::format("process {} was killed and has not ended: it is not started "
                                   "again before",
                                   running_->pid()));
    running_.reset();
    auto start = [program = Program{config_.name, config_.argv, config_.user}] {
        return spawn(program);
    };
    const auto child = co_await offload(workers_, start);
    if (!child) co_return tl::unexpected{child.error()};
    running_ = Running::watch(loop_, *child);
    if (stopped_) running_->stop();
    co_await running_->wait(steady_now() + config_.timeout);
    co_return co_await finish();
}

/// What the program has brought. Nothing of it is left, but one the kernel does not let go.
asio::awaitable<Result<std::string>> Poller::finish() {
    const bool too_much = running_->printed_too_much();
    const bool in_time = running_->exited();
    const bool ended = co_await running_->kill();
    const auto running = ended ? std::exchange(running_, nullptr) : running_;
    if (running->stopped()) co_return fail(Fault::cancelled, "stopping");
    if (too_much)
        co_return fail(Fault::unparsable,
                       fmt::format("killed: it printed more than {} bytes", Running::most_output));
    if (!in_time)
        co_return fail(
            Fault::timeout,
            with_complaint(*running, fmt::format("killed: not done after {} s (timeout_s)",
                                                 Seconds{config_.timeout}.count())));
    if (const auto how = running->how(); !how.empty())
        co_return fail(Fault::refused, with_complaint(*running, "it ended with " + how));
    co_return running->output();
}

}  // namespace frugald::command
