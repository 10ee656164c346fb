#include "daemon/engine/job_comments.h"

#include "tests/daemon/engine/ledger_rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

LedgerRig::Adjust with_comments(bool on = true) {
    return [on](Config& config) { config.ledger.admin_comment = on; };
}

std::size_t waiting(LedgerRig& rig) {
    const auto entries = rig.store->all(JobComments::space);
    REQUIRE(entries);
    return entries->size();
}

}  // namespace

TEST_CASE("a comment says what was drawn, and how much of it is known") {
    JobEnergy job{.id = 7};
    CHECK(comment_of(job).empty());
    const EnergyFigure known{.energy = Joules{26000.4},
                             .mean = Watts{400},
                             .length = Seconds{65},
                             .covered = Seconds{65}};
    job.rows = {{.node = "n1", .figure = known}, {.node = "n2", .figure = known}};
    add_up(job);
    CHECK(comment_of(job) == "frugald: joules=52001 mean_watts=800 covered=1.00 nodes=2");
    job.rows[1].figure = {.length = Seconds{65}};
    add_up(job);
    CHECK(comment_of(job) ==
          "frugald: joules=26000 mean_watts=400 covered=0.50 nodes=2 unknown_nodes=1");
}

TEST_CASE("a settled job is written into Slurm's accounting, once, if that is wanted") {
    for (const bool on : {true, false}) {
        LedgerRig rig{with_comments(on)};
        rig.measured("n1", 300s, 200);
        rig.cluster->ended_jobs = {rig.ended(rig.job(7, {"n1"}, 4, 200s), 80s)};
        REQUIRE(rig.until([&] { return rig.stored(7).size() == 1; }));
        if (!on) {
            rig.run_for(200ms);
            CHECK(rig.cluster->comments.empty());
            CHECK(waiting(rig) == 0);
            continue;
        }
        REQUIRE(rig.until([&] { return !rig.cluster->comments.empty(); }));
        rig.run_for(200ms);
        REQUIRE(rig.cluster->comments.size() == 1);
        const auto& comment = rig.cluster->comments.front();
        CHECK(comment.job == 7);
        CHECK(comment.end == rig.began - 80s);
        CHECK(comment.text == "frugald: joules=24000 mean_watts=200 covered=1.00 nodes=1");
        CHECK(rig.until([&] { return waiting(rig) == 0; }));
    }
}

TEST_CASE("while the database is away comments wait, also over a restart") {
    LedgerRig rig{with_comments()};
    rig.measured("n1", 300s, 200);
    rig.cluster->refuses_comments = Error{Fault::unavailable, "slurmdbd is away"};
    rig.cluster->ended_jobs = {rig.ended(rig.job(7, {"n1"}, 4, 200s), 80s),
                               rig.ended(rig.job(8, {"n1"}, 4, 79s), 40s)};
    REQUIRE(rig.until([&] { return rig.stored(7).size() == 1 && rig.stored(8).size() == 1; }));
    REQUIRE(rig.until([&] { return waiting(rig) == 2 && !rig.cluster->comments.empty(); }));
    rig.run_for(200ms);
    CHECK(rig.cluster->comments.size() == 1);  // the next try is a minute later
    rig.stop();
    rig.cluster->refuses_comments.reset();
    rig.cluster->comments.clear();
    rig.start();
    REQUIRE(rig.until([&] { return waiting(rig) == 0; }));
    REQUIRE(rig.cluster->comments.size() == 2);
    CHECK(rig.cluster->comments[1].text ==
          "frugald: joules=7800 mean_watts=200 covered=1.00 nodes=1");
}

TEST_CASE("what is refused for one job is not asked again; what is not there yet is, later") {
    LedgerRig rig{with_comments()};
    rig.measured("n1", 300s, 200);
    rig.cluster->refuses_comments = Error{Fault::refused, "somebody else's"};
    rig.cluster->ended_jobs = {rig.ended(rig.job(7, {"n1"}, 4, 200s), 80s)};
    REQUIRE(rig.until([&] { return !rig.cluster->comments.empty() && waiting(rig) == 0; }));
    rig.cluster->refuses_comments = Error{Fault::invalid, "no record"};
    rig.cluster->ended_jobs = {rig.ended(rig.job(8, {"n1"}, 4, 79s), 40s)};
    REQUIRE(rig.until([&] { return rig.cluster->comments.size() == 2; }));
    rig.run_for(200ms);
    CHECK(rig.cluster->comments.size() == 2);
    CHECK(waiting(rig) == 1);
}
