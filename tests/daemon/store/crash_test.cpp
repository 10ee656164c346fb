#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "tests/daemon/store/store_fixture.h"

using namespace frugald;

namespace {

struct Acknowledged {
    std::int64_t id;
    bool finished;
};

/// Begins and finishes actions for ever, telling each one through the pipe once it is stored.
[[noreturn]] void work_until_killed(const std::filesystem::path& directory, int pipe) {
    auto store = Store::open(directory);
    if (!store) ::_exit(1);
    for (std::int64_t at = 0;; ++at) {
        const auto ids = (*store)->begin(std::vector{action_of("n1", at), action_of("n2", at)});
        if (!ids) ::_exit(1);
        for (const auto id : *ids) {
            const Acknowledged begun{id, false};
            if (::write(pipe, &begun, sizeof begun) != sizeof begun) ::_exit(1);
        }
        if (!(*store)->finish(std::vector{ActionEnd{ids->front(), from_unix_ms(at), "ok", ""}}))
            ::_exit(1);
        const Acknowledged done{ids->front(), true};
        if (::write(pipe, &done, sizeof done) != sizeof done) ::_exit(1);
    }
}

/// Everything the child said before it was killed after `life`.
std::vector<Acknowledged> run_and_kill(const std::filesystem::path& directory,
                                       std::chrono::milliseconds life) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        work_until_killed(directory, ends[1]);
    }
    ::close(ends[1]);
    std::jthread killer{[&] {
        std::this_thread::sleep_for(life);
        ::kill(child, SIGKILL);
    }};
    std::vector<Acknowledged> heard;
    for (Acknowledged next{}; ::read(ends[0], &next, sizeof next) == sizeof next;)
        heard.push_back(next);
    ::close(ends[0]);
    killer.join();
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    return heard;
}

}  // namespace

TEST_CASE("D4: 30 times kill -9: no acknowledged action is lost") {
    const Scratch scratch;
    std::mt19937 random{13};
    std::map<std::int64_t, bool> finished;
    for (int round = 0; round < 30; ++round) {
        const std::chrono::milliseconds life{5 + random() % 200};
        for (const auto& one : run_and_kill(scratch.path(), life))
            finished[one.id] = finished[one.id] || one.finished;
        // Opening checks the file's integrity.
        const auto store = open_store(scratch.path());
        const auto rows = store->actions({.most = 1'000'000});
        REQUIRE(rows);
        std::map<std::int64_t, bool> stored;
        for (const auto& row : *rows) stored[row.id] = row.end.has_value();
        for (const auto& [id, done] : finished) {
            const auto found = stored.find(id);
            REQUIRE(found != stored.end());
            if (done) CHECK(found->second);
        }
    }
    MESSAGE(finished.size() << " acknowledged actions, none lost");
    CHECK(finished.size() > 30);
}
