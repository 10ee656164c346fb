#include <chrono>

#include "daemon/store/sqlite/database.h"
#include "tests/daemon/store/store_fixture.h"

using namespace frugald;

namespace {

JobRun run_of(std::uint32_t id, std::int64_t start_ms, std::optional<std::int64_t> end_ms = {}) {
    JobRun run;
    run.key = {id, from_unix_ms(start_ms)};
    run.partition = "batch";
    run.nodes = {"n10", "n2", "n3"};
    run.cpus = {4, 4, 1};
    run.node_cpus = {8, 8, 8};
    run.seen = from_unix_ms(start_ms + 5);
    if (end_ms) run.end = from_unix_ms(*end_ms);
    return run;
}

JobEnergy energy_of(const JobRun& run) {
    JobEnergy job{.id = run.key.id, .start = run.key.start, .until = *run.end};
    JobEnergyRow known{.node = "n10", .shared = true, .cpus = 4, .node_cpus = 8};
    known.figure = {Joules{1234.5}, Watts{100},    Watts{90}, Watts{110},
                    Seconds{60},    Seconds{59.5}, 1,         Seconds{0.5}};
    known.node_energy = Joules{2469};
    JobEnergyRow unknown{.node = "n2", .by_cpus = false, .unknown_why = "no power"};
    unknown.figure.length = Seconds{60};
    job.rows = {known, unknown};
    return job;
}

}  // namespace

TEST_CASE("runs and energies come back as they were written, over a restart") {
    const Scratch scratch;
    const auto open_run = run_of(7, 1000), ended = run_of(8, 2000, 62000);
    {
        auto store = open_store(scratch.path());
        REQUIRE(store->jobs()->write({{open_run, ended}, {}}));
    }
    auto store = open_store(scratch.path());
    auto& jobs = *store->jobs();
    const auto unfinished = jobs.unfinished();
    REQUIRE(unfinished);
    REQUIRE(unfinished->size() == 2);
    CHECK(unfinished->at(0).nodes == open_run.nodes);
    CHECK(unfinished->at(0).cpus == open_run.cpus);
    CHECK(unfinished->at(0).node_cpus == open_run.node_cpus);
    CHECK_FALSE(unfinished->at(0).end);
    CHECK(unfinished->at(1).end == ended.end);
    REQUIRE(jobs.settled(8)->empty());

    REQUIRE(jobs.write({{}, {energy_of(ended)}}));
    const auto settled = jobs.settled(8);
    REQUIRE(settled);
    REQUIRE(settled->size() == 1);
    REQUIRE(settled->at(0).rows.size() == 2);
    const auto& row = settled->at(0).rows[0];
    CHECK(row.node == "n10");
    CHECK(row.figure.energy->value == 1234.5);
    CHECK(row.node_energy->value == 2469);
    CHECK(row.figure.covered.count() == doctest::Approx(59.5));
    CHECK(row.figure.longest_gap.count() == doctest::Approx(0.5));
    CHECK(row.shared);
    CHECK_FALSE(settled->at(0).rows[1].figure.energy);
    CHECK(settled->at(0).rows[1].unknown_why == "no power");
    CHECK_FALSE(settled->at(0).rows[1].by_cpus);
}

TEST_CASE(
    "a run that ends is the same run; what shared its time stays at hand until it is settled") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    auto& jobs = *store->jobs();
    const auto early = run_of(1, 100, 900), beside = run_of(2, 1000, 5000);
    auto late = run_of(3, 2000);
    REQUIRE(jobs.write({{early, beside, late}, {energy_of(early), energy_of(beside)}}));
    CHECK(jobs.unfinished()->size() == 2);  // `early` was over before
    late.end = from_unix_ms(9000);
    late.vanished = true;
    REQUIRE(jobs.write({{late}, {}}));
    const auto unfinished = *jobs.unfinished();
    REQUIRE(unfinished.size() == 2);
    CHECK(unfinished[0].settled);
    CHECK(unfinished[1].vanished);
    CHECK(unfinished[1].end == late.end);
    REQUIRE(jobs.write({{}, {energy_of(late)}}));
    CHECK(jobs.unfinished()->empty());
    CHECK(jobs.settled(3)->at(0).vanished);
    const auto known = jobs.known({{1, from_unix_ms(100)}, {1, from_unix_ms(101)}});
    REQUIRE(known);
    CHECK(*known == std::vector<JobKey>{{1, from_unix_ms(100)}});
}

TEST_CASE("old jobs are forgotten a few at a time, with their energies") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    auto& jobs = *store->jobs();
    JobChanges changes;
    for (std::uint32_t id = 1; id <= 5; ++id) {
        changes.runs.push_back(run_of(id, id * 1000, id * 1000 + 500));
        changes.energies.push_back(energy_of(changes.runs.back()));
    }
    REQUIRE(jobs.write(changes));
    CHECK(*jobs.forget(from_unix_ms(3501), 2) == 2);
    CHECK(*jobs.forget(from_unix_ms(3501), 2) == 1);
    CHECK(*jobs.forget(from_unix_ms(3501), 2) == 0);
    CHECK(jobs.settled(3)->empty());
    CHECK(jobs.settled(4)->at(0).rows.size() == 2);
}

TEST_CASE("a database of schema 2 is taken forward with what it holds") {
    const Scratch scratch;
    {
        auto store = open_store(scratch.path());
        REQUIRE(store->put("hold", "n1", "kept"));
    }
    {
        auto database =
            Database::open(scratch.path() / "frugald.db", Durability::every_commit, 4096);
        REQUIRE(database);
        REQUIRE(
            database->execute("DROP TABLE job; DROP TABLE job_energy; PRAGMA user_version = 2"));
    }
    auto store = open_store(scratch.path());
    CHECK(store->all("hold")->size() == 1);
    CHECK(store->jobs()->unfinished()->empty());
    CHECK(store->jobs()->write({{run_of(1, 1000)}, {}}));
}
