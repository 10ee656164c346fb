#include "tests/plugins/slurm/live/driver.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "daemon/ports/event.h"
#include "plugins/slurm/module.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto tick = 2ms;

Settings settings(const std::string& conf, std::chrono::seconds deadline) {
    Settings part;
    part.path = "slurm";
    part.entries.push_back({"conf", {}, {conf, {}}});
    for (const char* key : {"deadline_s", "command_deadline_s"})
        part.entries.push_back({key, {}, {std::int64_t{deadline.count()}, {}}});
    return part;
}

asio::awaitable<void> measure(bool& done, std::chrono::nanoseconds& worst) {
    while (!done) {
        const auto due = Clock::now() + tick;
        co_await pause(tick);
        worst = std::max<std::chrono::nanoseconds>(worst, Clock::now() - due);
    }
}

}  // namespace

Driver::Driver(const std::string& conf, std::chrono::seconds deadline) {
    const PluginHost host{loop_,
                          workers_,
                          [](std::string_view) { return Secret{}; },
                          [](const std::filesystem::path&) { return Settings{}; },
                          {},
                          FRUGALD_PROGRAMS};
    auto made = slurm::make_module(settings(conf, deadline), host);
    REQUIRE_MESSAGE(made, made.error().text);
    module_ = *std::move(made);
}

Driver::~Driver() { run(module_->stop()); }

void Driver::run(asio::awaitable<void> job) {
    bool done = false;
    std::atomic<bool> idle_done = false;
    std::chrono::nanoseconds idle_worst{0};
    std::thread idle{[&] {
        while (!idle_done) {
            const auto due = Clock::now() + tick;
            std::this_thread::sleep_until(due);
            idle_worst = std::max<std::chrono::nanoseconds>(idle_worst, Clock::now() - due);
        }
    }};
    auto finish = [&done](const std::exception_ptr&) { done = true; };
    asio::co_spawn(loop_, measure(done, loops_worst_), asio::detached);
    asio::co_spawn(loop_, std::move(job), finish);
    loop_.restart();
    loop_.run();
    idle_done = true;
    idle.join();
    machines_worst_ = std::max(machines_worst_, idle_worst);
}

Result<Driver::View> Driver::read() {
    Result<View> answer = fail(Fault::cancelled, "");
    auto job = [&]() -> asio::awaitable<void> { answer = co_await module_->scheduler()->read(); };
    run(job());
    return answer;
}

Result<void> Driver::comment(JobComment what) {
    Result<void> answer = fail(Fault::cancelled, "");
    auto job = [&]() -> asio::awaitable<void> {
        answer = co_await module_->scheduler()->comment(what);
    };
    run(job());
    return answer;
}

Result<void> Driver::command(SchedulerCommand what, std::vector<std::string> nodes,
                             std::string reason) {
    Result<void> answer = fail(Fault::cancelled, "");
    auto job = [&]() -> asio::awaitable<void> {
        answer = co_await module_->scheduler()->command(what, nodes, reason);
    };
    run(job());
    return answer;
}

Driver::View Driver::read_until(const std::function<bool(const SchedulerView&)>& good,
                                std::chrono::seconds limit) {
    const auto give_up = Clock::now() + limit;
    std::string last;
    while (Clock::now() < give_up) {
        const auto view = read();
        if (view && good(**view)) return *view;
        last = view ? "" : view.error().text;
        if (view)
            for (const auto& [name, node] : (*view)->nodes)
                last += name + " " + node.state_text + " ";
        std::this_thread::sleep_for(100ms);
    }
    FAIL("not seen in time; last: " << last);
    return nullptr;
}

std::chrono::milliseconds Driver::worst_delay() {
    const auto worst = std::max(loops_worst_ - machines_worst_, std::chrono::nanoseconds{0});
    loops_worst_ = machines_worst_ = std::chrono::nanoseconds{0};
    return std::chrono::ceil<std::chrono::milliseconds>(worst);
}
