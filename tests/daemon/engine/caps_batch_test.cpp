// Limits that are changed together, or by several at once (N4, N5).
#include "daemon/engine/caps.h"
#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;

namespace {

const Caller root{0, 1, "uid 0 (root)"};

bool contains(const std::string& text, const std::string& what) {
    INFO(text);
    return text.find(what) != std::string::npos;
}

/// Job 7 runs on n1 and n2.
struct JobRig : Rig {
    JobRig() {
        begin_job(7);
        run_for(200ms);
    }
    void begin_job(std::uint32_t id) {
        cluster->jobs = {{id, JobState::running, "batch", {"n1", "n2"}, {}, {}}};
    }
    std::vector<Outcome> cap(std::vector<std::string> nodes, std::optional<Watts> limit) {
        return wait_for(control->cap(root, {std::move(nodes), limit, 900s, "peak"}));
    }
    SmallCluster::Machine& machine(const std::string& node) { return cluster->machines[node]; }
};

constexpr Watts limit{300};

}  // namespace

TEST_CASE("N5: no limit of a job is sent before the BMCs of all its nodes have answered") {
    long sent_before = -1;  // outlives the rig, whose loop runs on when it ends
    JobRig rig;
    rig.machine("n2").cap_read_takes = 300ms;
    rig.machine("n2").while_cap_is_read = [&] {
        if (sent_before < 0) sent_before = static_cast<long>(rig.cluster->sent.size());
        rig.machine("n2").cap_read_takes = 0ms;
    };
    for (const auto& outcome : rig.cap({"n1", "n2"}, limit)) CHECK(outcome.kind == Kind::done);
    CHECK(sent_before == 0);
    CHECK(rig.cluster->sent.size() == 2);
}

TEST_CASE("N5: a node whose BMC is silent keeps the others of its job as they are") {
    JobRig rig;
    rig.machine("n2").silent = true;
    const auto outcomes = rig.cap({"n1", "n2"}, limit);
    CHECK(outcomes[0].kind == Kind::failed);
    CHECK(contains(outcomes[0].text, "not begun for n2, which shares a job with it"));
    CHECK(outcomes[1].kind == Kind::failed);
    CHECK(contains(outcomes[1].text, "does not answer"));
    CHECK(rig.cluster->sent.empty());
    rig.machine("n2").silent = false;  // and it was no change
    for (const auto& outcome : rig.cap({"n1", "n2"}, limit)) CHECK(outcome.kind == Kind::done);
}

TEST_CASE("N5: a job that begins while the BMCs are asked counts") {
    JobRig rig;
    rig.cluster->jobs.clear();
    rig.machine("n1").while_cap_is_read = [&] { rig.begin_job(7); };
    CHECK(rig.cap({"n1"}, limit).front().rule == "N5");
    CHECK(rig.cluster->sent.empty());
}

TEST_CASE("N5: two changes of a job that are asked for at once are not both made") {
    JobRig rig;
    std::vector<Outcome> other;
    const auto ask = [](JobRig& at, std::vector<Outcome>& into) -> asio::awaitable<void> {
        CapRequest request{{"n1", "n2"}, Watts{250}, 900s, "peak"};
        into = co_await at.control->cap(root, std::move(request));
    };
    asio::co_spawn(rig.loop, ask(rig, other), asio::detached);
    const auto one = rig.cap({"n2", "n1"}, limit);
    REQUIRE(rig.until([&] { return !other.empty(); }));
    const bool one_is_made = one.front().kind == Kind::done;
    CHECK(one_is_made != (other.front().kind == Kind::done));
    for (const auto& outcome : one_is_made ? other : one) CHECK(outcome.rule == "N5");
    CHECK(rig.cluster->sent.size() == 2);
}

TEST_CASE("N7: the release of no limit is not sent twice because another node's has failed") {
    JobRig rig;
    rig.machine("n2").refuses_caps = true;
    const auto outcomes = rig.cap({"n1", "n2"}, std::nullopt);
    CHECK(outcomes[0].kind == Kind::done);
    CHECK(outcomes[1].kind == Kind::failed);
    CHECK(rig.sent("uncap n1") == 1);
}

TEST_CASE("N5: a release that one BMC refuses is taken back, and was a change") {
    JobRig rig;
    for (const auto& outcome : rig.cap({"n1", "n2"}, limit)) CHECK(outcome.kind == Kind::done);
    rig.begin_job(8);  // whose limits have not been changed yet
    rig.machine("n2").refuses_caps = true;
    for (const auto& outcome : rig.cap({"n1", "n2"}, std::nullopt)) {
        CHECK(outcome.kind == Kind::failed);
        CHECK(rig.machine(outcome.node).cap.active);
        CHECK(rig.machine(outcome.node).cap.limit == limit);
    }
    CHECK(rig.sent("uncap n1") == 1);
    CHECK(rig.cap({"n1", "n2"}, std::nullopt).front().rule == "N5");
}

TEST_CASE("N5: a limit that was lost before a change that is taken back is still wanted") {
    JobRig rig;
    for (const auto& outcome : rig.cap({"n1", "n2"}, limit)) CHECK(outcome.kind == Kind::done);
    rig.begin_job(8);
    rig.machine("n2").while_cap_is_read = [&] { rig.machine("n2").cap.active = false; };
    rig.machine("n2").session = 2;
    const auto lost = [&] {
        const auto state = rig.engine->caps().state("n2");
        return state && state->condition == CapCondition::lost && state->asked == limit;
    };
    REQUIRE(rig.until(lost));
    for (const auto& outcome : rig.cap({"n1", "n2"}, Watts{250}))
        CHECK(outcome.kind == Kind::failed);
    CHECK(rig.machine("n1").cap.limit == limit);
    CHECK(lost());
    CHECK(rig.sent("uncap n2") == 0);
}

TEST_CASE("N4: a limit that is found gone when its lease ends is not set again") {
    JobRig rig;
    const CapRequest short_lease{{"n3"}, limit, 1s, "peak"};
    REQUIRE(rig.wait_for(rig.control->cap(root, short_lease)).front().kind == Kind::done);
    rig.machine("n3").cap.active = false;
    rig.machine("n3").session = 2;  // it is asked whether it still has it
    rig.machine("n3").cap_read_takes = 2500ms;
    CHECK(rig.until([&] { return !rig.engine->caps().state("n3").has_value(); }));
    CHECK(rig.sent("cap n3 300") == 1);
}

TEST_CASE("N4: a lease that is over but cannot be released is not begun again") {
    JobRig rig;
    const CapRequest short_lease{{"n1", "n2"}, limit, 1s, "peak"};
    for (const auto& outcome : rig.wait_for(rig.control->cap(root, short_lease)))
        CHECK(outcome.kind == Kind::done);
    const auto end = rig.engine->caps().state("n1")->lease_end;
    rig.machine("n1").refuses_caps = rig.machine("n2").refuses_caps = true;
    REQUIRE(rig.until([&] { return rig.sent("uncap n1") == 1 && rig.sent("uncap n2") == 1; }));
    rig.run_for(1500ms);
    CHECK(rig.sent("uncap n1") == 1);  // tried again in a while
    REQUIRE(rig.engine->caps().state("n1"));
    CHECK(rig.engine->caps().state("n1")->lease_end == end);
    rig.begin_job(8);
    rig.machine("n1").refuses_caps = false;
    for (const auto& outcome : rig.cap({"n1", "n2"}, Watts{250}))
        CHECK(outcome.kind == Kind::failed);
    CHECK_FALSE(rig.machine("n1").cap.active);
    CHECK(rig.sent("cap n1 300") == 1);
}

TEST_CASE("N4: a limit that takes the place of one whose lease is over is not ended with it") {
    bool ended = false;  // looked at until the rig has stopped
    JobRig rig;
    REQUIRE(rig.cap({"n3"}, limit).front().kind == Kind::done);
    rig.machine("n3").while_cap_is_read = [&] {
        if (!std::exchange(ended, true)) rig.engine->caps().expire(Instant::now().wall + 1000s);
    };
    REQUIRE(rig.cap({"n3"}, Watts{250}).front().kind == Kind::done);
    rig.run_for(200ms);
    REQUIRE(rig.engine->caps().state("n3"));
    CHECK(rig.engine->caps().state("n3")->limit == Watts{250});
    CHECK(rig.sent("uncap n3") == 0);
}

TEST_CASE("N4: a change that cannot be taken back is over at once, and its release tried again") {
    JobRig rig;
    rig.machine("n1").refuses_releases = rig.machine("n2").refuses_caps = true;
    for (const auto& outcome : rig.cap({"n1", "n2"}, limit)) CHECK(outcome.kind == Kind::failed);
    REQUIRE(rig.engine->caps().state("n1"));
    CHECK(*rig.engine->caps().state("n1")->lease_end <= Instant::now().wall);
    rig.run_for(1500ms);
    CHECK(rig.sent("uncap n1") == 1);  // in a while
}
