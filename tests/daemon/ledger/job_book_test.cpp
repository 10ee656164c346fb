#include "daemon/ledger/job_book.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "daemon/ledger/job_shares.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const WallTime noon = from_unix_ms(1'800'014'400'000);

SchedulerJob job(std::uint32_t id, std::vector<std::string> nodes, std::uint32_t cpus,
                 std::chrono::seconds start, std::optional<std::chrono::seconds> end = {}) {
    SchedulerJob one;
    one.id = id;
    one.state = JobState::running;
    one.partition = "batch";
    one.nodes = std::move(nodes);
    one.start = noon + start;
    if (end) one.end = noon + *end;
    if (cpus > 0) one.cpus.assign(one.nodes.size(), cpus);
    return one;
}

SchedulerView view(std::chrono::seconds at, std::vector<SchedulerJob> jobs,
                   std::vector<SchedulerJob> ended = {}) {
    SchedulerView seen;
    seen.read_at.wall = noon + at;
    for (const char* const name : {"n1", "n2"}) {
        seen.nodes[name].name = name;
        seen.nodes[name].cpus = 4;
    }
    seen.jobs = std::move(jobs);
    seen.ended_jobs = std::move(ended);
    return seen;
}

/// "7@0 runs", "7@0 to 60", "7@0 vanished 60": seconds since noon.
std::string text_of(const JobRun& run) {
    const auto since = [](WallTime at) { return (at - noon) / 1s; };
    return fmt::format("{}@{} {}", run.key.id, since(run.key.start),
                       !run.end       ? std::string{"runs"}
                       : run.vanished ? fmt::format("vanished {}", since(*run.end))
                                      : fmt::format("to {}", since(*run.end)));
}

using Texts = std::vector<std::string>;
Texts changes(JobBook& book) {
    Texts texts;
    for (const auto& run : book.take_changes()) texts.push_back(text_of(run));
    return texts;
}

/// "0-10 1, 10-20 0.25": seconds since noon, share.
std::string shares(const JobBook& book, std::uint32_t id, std::chrono::seconds until) {
    std::string text;
    for (const auto& one : shares_of(book, *book.find(id).front(), 0, noon + until))
        text += fmt::format("{}{}-{} {:.4g}{}", text.empty() ? "" : ", ",
                            (one.span.from_ms - to_unix_ms(noon)) / 1000,
                            (one.span.to_ms - to_unix_ms(noon)) / 1000, one.share,
                            one.by_cpus ? "" : " evenly");
    return text;
}

}  // namespace

TEST_CASE("a job is noticed when it runs, and ends when Slurm says") {
    JobBook book;
    auto booting = job(7, {"n1"}, 4, 0s, 3600s);
    booting.state = JobState::configuring;
    book.take(view(1s, {booting}));
    CHECK(changes(book).empty());
    book.take(view(10s, {job(7, {"n1"}, 4, 8s, 3600s)}));
    CHECK(changes(book) == Texts{"7@8 runs"});
    CHECK(book.find(7).front()->node_cpus == std::vector<std::uint32_t>{4});
    book.take(view(15s, {job(7, {"n1"}, 4, 8s, 3600s)}));
    CHECK(changes(book).empty());
    auto completing = job(7, {"n1"}, 4, 8s, 17s);
    completing.state = JobState::completing;
    book.take(view(20s, {completing}));
    CHECK(changes(book) == Texts{"7@8 to 17"});
    book.take(view(25s, {}, {job(7, {"n1"}, 4, 8s, 17s)}));
    CHECK(changes(book).empty());
    CHECK(book.take_strangers().empty());
    CHECK(book.unsettled(noon + 16s).empty());
    CHECK(book.unsettled(noon + 17s).size() == 1);
    book.settled({7, noon + 8s});
    CHECK(book.unsettled(noon + 17s).empty());
    book.forget();
    CHECK(book.size() == 0);
}

TEST_CASE("a job that is gone without a trace ends when it was last known to run") {
    JobBook book;
    book.take(view(10s, {job(7, {"n1"}, 4, 0s)}));
    book.take(view(20s, {job(7, {"n1"}, 4, 0s)}));
    static_cast<void>(book.take_changes());
    book.take(view(400s, {}));
    CHECK(changes(book) == Texts{"7@0 vanished 20"});
}

TEST_CASE("after a start, one that still runs goes on; one that is gone ends when we last looked") {
    JobBook before;
    before.take(view(10s, {job(7, {"n1"}, 4, 0s), job(8, {"n2"}, 4, 0s)}));
    JobBook book;
    book.load(before.take_changes(), noon + 40s);
    book.take(view(900s, {job(7, {"n1"}, 4, 0s)}));
    CHECK(changes(book) == Texts{"8@0 vanished 40"});
    book.take(view(905s, {}, {job(7, {"n1"}, 4, 0s, 902s)}));
    CHECK(changes(book) == Texts{"7@0 to 902"});
}

TEST_CASE("a requeued job is another run") {
    JobBook book;
    book.take(view(10s, {job(7, {"n1"}, 4, 0s)}));
    static_cast<void>(book.take_changes());
    book.take(view(60s, {job(7, {"n2"}, 4, 55s)}));
    CHECK(changes(book) == Texts{"7@0 vanished 10", "7@55 runs"});
    CHECK(book.find(7).size() == 2);
}

TEST_CASE("one that ran between two looks is a stranger, once") {
    JobBook book;
    const auto seen = view(60s, {}, {job(7, {"n1"}, 4, 51s, 58s), job(8, {"n1"}, 4, 5s, 5s)});
    book.take(seen);
    auto strangers = book.take_strangers();
    REQUIRE(strangers.size() == 1);  // 8 took no time
    book.take(seen);
    CHECK(book.take_strangers().empty());
    book.ask_again();
    book.take(seen);
    CHECK(book.take_strangers().size() == 1);
    book.add(std::move(strangers));
    CHECK(changes(book) == Texts{"7@51 to 58"});
    book.take(seen);
    CHECK(book.take_strangers().empty());
}

TEST_CASE("what could not be written is told again") {
    JobBook book;
    book.take(view(10s, {job(7, {"n1"}, 4, 0s)}));
    const auto first = book.take_changes();
    book.write_again(first);
    CHECK(changes(book) == Texts{"7@0 runs"});
}

TEST_CASE("shares: by CPUs, over the times in which the same jobs are there") {
    struct Row {
        const char* says;
        std::vector<SchedulerJob> jobs;
        std::string shares;  // of job 1, which ends at 100
    };
    const auto mine = job(1, {"n1", "n2"}, 1, 0s, 100s);
    const Row rows[] = {
        {"alone: all of it, also what its idle CPUs draw", {mine}, "0-100 1"},
        {"one beside it all the time", {mine, job(2, {"n1"}, 3, -50s, 200s)}, "0-100 0.25"},
        {"one that comes and goes",
         {mine, job(2, {"n1"}, 3, 20s, 60s)},
         "0-20 1, 20-60 0.25, 60-100 1"},
        {"on its other node only", {mine, job(2, {"n2"}, 3, 20s, 60s)}, "0-100 1"},
        {"two, one after the other without a pause",
         {mine, job(2, {"n1"}, 3, 20s, 60s), job(3, {"n1"}, 3, 60s, 100s)},
         "0-20 1, 20-100 0.25"},
        {"two at once",
         {mine, job(2, {"n1"}, 1, 0s, 50s), job(3, {"n1"}, 2, 25s, 100s)},
         "0-25 0.5, 25-50 0.25, 50-100 0.3333"},
        {"one whose CPUs are not known",
         {mine, job(2, {"n1"}, 0, 50s, 100s)},
         "0-50 1, 50-100 0.5 evenly"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        JobBook book;
        book.take(view(300s, {}, row.jobs));
        book.add(book.take_strangers());
        CHECK(shares(book, 1, 100s) == row.shares);
    }
}

TEST_CASE("a settled run is kept while one that shared a node with it is not settled") {
    JobBook book;
    book.take(view(10s, {job(1, {"n1"}, 1, 0s)}));
    book.take(view(60s, {job(1, {"n1"}, 1, 0s)},
                   {job(2, {"n1"}, 3, 20s, 50s), job(3, {"n2"}, 3, 20s, 50s)}));
    book.add(book.take_strangers());
    book.settled({2, noon + 20s});
    book.settled({3, noon + 20s});
    book.forget();
    CHECK(book.find(3).empty());
    CHECK(shares(book, 1, 60s) == "0-20 1, 20-50 0.25, 50-60 1");
    book.take(view(70s, {}, {job(1, {"n1"}, 1, 0s, 65s)}));
    book.settled({1, noon});
    book.forget();
    CHECK(book.size() == 0);
}
