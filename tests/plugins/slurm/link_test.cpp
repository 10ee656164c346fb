// Workers that misbehave: a few lines of shell in the place of frugald-slurm.
#include "plugins/slurm/link.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <future>

#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::slurm;
using namespace std::chrono_literals;

namespace {

class Asking {
public:
    explicit Asking(const std::string& script)
        : link_(loop_, {.program = program(script), .conf = "/nowhere", .first_delay = 200ms}) {}

    std::future<Result<Reply>> ask(std::chrono::milliseconds deadline) {
        auto answer = std::make_shared<std::promise<Result<Reply>>>();
        auto future = answer->get_future();
        auto job = [this, answer, deadline]() -> asio::awaitable<void> {
            auto reply = co_await link_.ask(LoadRequest{}, deadline);
            answer->set_value(std::move(reply));
        };
        asio::co_spawn(loop_, std::move(job), asio::detached);
        return future;
    }
    void run() {
        loop_.restart();
        loop_.run();
    }
    Error refusal(std::chrono::milliseconds deadline) {
        auto answer = ask(deadline);
        run();
        const auto reply = answer.get();
        REQUIRE_FALSE(reply);
        return reply.error();
    }
    void stop() {
        auto job = [this]() -> asio::awaitable<void> { co_await link_.stop(); };
        asio::co_spawn(loop_, std::move(job), asio::detached);
    }

private:
    std::filesystem::path program(const std::string& script) {
        const auto file = scratch_.write("worker", "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }
    Scratch scratch_;
    asio::io_context loop_;
    WorkerLink link_;
};

bool has(const Error& error, const char* text) {
    return error.text.find(text) != std::string::npos;
}

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

}  // namespace

TEST_CASE("a worker that hangs is killed at the deadline and leaves no zombie") {
    Asking asking{"exec sleep 60"};
    const auto began = std::chrono::steady_clock::now();
    const auto error = asking.refusal(300ms);
    CHECK(error.fault == Fault::timeout);
    CHECK(has(error, "did not answer in time"));
    CHECK(std::chrono::steady_clock::now() - began < 3s);
    CHECK(no_children());
}

TEST_CASE("a worker that libslurm ends is reported with libslurm's last words") {
    Asking asking{"echo 'frugald-slurm: error: unrecognized key: Foo' >&2; exit 1"};
    const auto error = asking.refusal(2s);
    CHECK(error.fault == Fault::unavailable);
    CHECK(has(error, "exit code 1"));
    CHECK(has(error, "unrecognized key: Foo"));
    CHECK(no_children());
}

TEST_CASE("the next worker is started after a delay, until then the same answer comes at once") {
    Asking asking{"echo x >> \"$(dirname \"$0\")/starts\"; exit 3"};
    const auto first = asking.refusal(2s);
    CHECK(has(first, "exit code 3"));
    const auto began = std::chrono::steady_clock::now();
    const auto second = asking.refusal(2s);
    CHECK(second.text == first.text);
    CHECK(std::chrono::steady_clock::now() - began < 150ms);
}

TEST_CASE("a worker that talks nonsense is not believed") {
    Asking asking{"printf '\\377\\377\\377\\377garbage' >&3; exec sleep 60"};
    CHECK(asking.refusal(2s).fault == Fault::unparsable);
    CHECK(no_children());
}

TEST_CASE("a worker of another build is refused with the remedy") {
    Asking asking{"printf '\\002\\000\\000\\000\\011\\004' >&3; exec sleep 60"};
    const auto error = asking.refusal(2s);
    CHECK(error.fault == Fault::unparsable);
    CHECK(has(error, "same build"));
}

TEST_CASE("a worker that floods its stderr still answers") {
    Asking asking{
        "head -c 300000 /dev/zero | tr '\\0' x >&2\n"
        "printf '\\002\\000\\000\\000\\004\\004' >&3; exec sleep 60"};
    auto answer = asking.ask(5s);
    asking.run();
    CHECK(answer.get().has_value());
}

TEST_CASE("a queued request ends by its own deadline") {
    Asking asking{"exec sleep 60"};
    auto first = asking.ask(1500ms);
    const auto began = std::chrono::steady_clock::now();
    auto second = asking.ask(200ms);
    asking.run();
    const auto reply = second.get();
    REQUIRE_FALSE(reply);
    CHECK(reply.error().fault == Fault::timeout);
    CHECK(has(reply.error(), "no turn"));
    CHECK(std::chrono::steady_clock::now() - began >= 1500ms);  // the first had its full time
}

TEST_CASE("stopping ends what is under way and what waits") {
    Asking asking{"exec sleep 60"};
    auto first = asking.ask(30s);
    auto second = asking.ask(30s);
    asking.stop();
    const auto began = std::chrono::steady_clock::now();
    asking.run();
    CHECK(first.get().error().fault == Fault::cancelled);
    CHECK(second.get().error().fault == Fault::cancelled);
    CHECK(std::chrono::steady_clock::now() - began < 3s);
    CHECK(no_children());
}

TEST_CASE("a program that is not there is named") {
    asio::io_context loop;
    WorkerLink link{loop, {.program = "/nowhere/frugald-slurm", .conf = "/nowhere"}};
    Result<Reply> reply = fail(Fault::invalid, "");
    auto job = [&]() -> asio::awaitable<void> { reply = co_await link.ask(LoadRequest{}, 1s); };
    asio::co_spawn(loop, job, asio::detached);
    loop.run();
    REQUIRE_FALSE(reply);
    CHECK(has(reply.error(), "/nowhere/frugald-slurm"));
}
