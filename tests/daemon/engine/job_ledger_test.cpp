#include "daemon/engine/job_ledger.h"

#include "tests/daemon/engine/ledger_rig.h"

using namespace frugald;
using namespace frugald::test;
using namespace std::chrono_literals;

namespace {

double joules(const JobEnergyRow& row) { return row.figure.energy ? row.figure.energy->value : -1; }

}  // namespace

TEST_CASE(
    "a running job is computed as far as it is stored; when it has ended it is in the store") {
    LedgerRig rig;
    rig.measured("n1", 300s, 200);
    rig.measured("n2", 300s, 100);
    rig.cluster->jobs = {rig.job(7, {"n1", "n2"}, 4, 200s)};
    REQUIRE(rig.until([&] { return rig.energy(7).size() == 1; }));
    const auto live = rig.energy(7).front();
    CHECK(live.running);
    REQUIRE(live.rows.size() == 2);
    const double seconds = live.rows[0].figure.covered.count();
    CHECK(seconds > 170);
    CHECK(joules(live.rows[0]) == doctest::Approx(200 * seconds).epsilon(0.001));
    CHECK(live.rows[0].node_cpus == 4);

    rig.stop();
    rig.cluster->jobs.clear();
    rig.cluster->ended_jobs = {rig.ended(rig.job(7, {"n1", "n2"}, 4, 200s), 80s)};
    rig.start();
    REQUIRE(rig.until([&] { return rig.stored(7).size() == 1; }));
    const auto done = rig.energy(7).front();
    CHECK_FALSE(done.running);
    CHECK_FALSE(done.vanished);
    CHECK(joules(done.rows[0]) == doctest::Approx(200 * 120));
    CHECK(joules(done.rows[1]) == doctest::Approx(100 * 120));
    CHECK(done.rows[0].figure.gaps == 0);
    CHECK(done.total.energy->value == doctest::Approx(300 * 120));
    CHECK(done.unknown == 0);
}

TEST_CASE("shared nodes: the parts of all jobs make up the node") {
    LedgerRig rig;
    rig.measured("n1", 300s, 200);
    rig.cluster->ended_jobs = {rig.ended(rig.job(1, {"n1"}, 1, 200s), 100s),
                               rig.ended(rig.job(2, {"n1"}, 3, 160s), 120s)};
    REQUIRE(rig.until([&] { return rig.stored(1).size() == 1 && rig.stored(2).size() == 1; }));
    const auto first = rig.energy(1).front().rows[0], second = rig.energy(2).front().rows[0];
    CHECK(joules(first) == doctest::Approx(200 * (40 + 10 + 20)));
    CHECK(joules(second) == doctest::Approx(200 * 30));
    CHECK(first.node_energy->value == doctest::Approx(200 * 100));
    CHECK(first.shared);
    CHECK(first.by_cpus);
    CHECK(first.figure.most->value == doctest::Approx(200));
    CHECK(second.figure.most->value == doctest::Approx(150));
}

TEST_CASE(
    "a job that is gone after a restart ends when it was last known to run; unknown is not 0") {
    LedgerRig rig;
    rig.measured("n1", 300s, 200);
    rig.cluster->jobs = {rig.job(9, {"n1", "n3"}, 4, 200s)};
    REQUIRE(rig.until([&] { return rig.energy(9).size() == 1; }));
    rig.stop();
    rig.cluster->jobs.clear();
    rig.start();
    REQUIRE(rig.until([&] { return !rig.energy(9).front().running; }));
    const auto gone = rig.energy(9).front();
    CHECK(gone.vanished);
    CHECK(gone.until >= rig.began);
    CHECK(gone.until <= Instant::now().wall);
    REQUIRE(gone.rows.size() == 2);
    CHECK(joules(gone.rows[0]) > 200 * 150);
    const auto& other = rig.energy(4711);
    CHECK(other.empty());
}

TEST_CASE("energy of nodes: chosen ones, a partition, what is not known with its reason") {
    LedgerRig rig;
    rig.measured("n1", 600s, 200);
    rig.measured("n1", 600s, 999, "sdr suspect");
    REQUIRE(rig.until([&] { return rig.engine->picture()->scheduler != nullptr; }));
    EnergyQuery query;
    query.nodes = {"n1", "n9"};
    query.from = rig.began - 500s;
    query.to = rig.began - 100s;
    const auto answer = rig.wait_for(rig.engine->energy().energy(query));
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().text));
    REQUIRE(answer->rows.size() == 2);
    CHECK(answer->rows[0].figure.energy->value == doctest::Approx(200 * 400));
    CHECK(answer->rows[0].sources == std::vector<std::string>{"dcmi"});
    CHECK_FALSE(answer->rows[1].figure.energy);
    CHECK_FALSE(answer->rows[1].unknown_why.empty());
    CHECK(answer->total.energy->value == doctest::Approx(200 * 400));
    CHECK(answer->unknown == 1);

    query.nodes.clear();
    query.partition = "batch";
    CHECK(rig.wait_for(rig.engine->energy().energy(query))->rows.size() == 3);
    query.partition = "nowhere";
    CHECK(rig.wait_for(rig.engine->energy().energy(query)).error().fault == Fault::invalid);
    query.partition.clear();
    query.to = query.from;
    CHECK_FALSE(rig.wait_for(rig.engine->energy().energy(query)));
}
