#include "plugins/slurm/view.h"

#include <doctest/doctest.h>

using namespace frugald;
using namespace frugald::slurm;
using namespace std::chrono_literals;

namespace {

constexpr auto bit(NodeFlag flag) { return static_cast<std::uint32_t>(flag); }

Picture four_nodes() {
    Picture picture;
    picture.controller.suspend_timeout = 30;
    picture.controller.resume_timeout = 300;
    picture.controller.slurm_user = "slurm(64030)";
    for (const char* name : {"n1", "n2", "n3", "n4"})
        picture.nodes.push_back({.name = name, .base = NodeBase::idle});
    picture.partitions.push_back({.name = "batch", .nodes = "n[1-4]", .up = true});
    picture.partitions.push_back({.name = "long", .nodes = "n[3-4]"});
    return picture;
}

std::shared_ptr<const SchedulerView> view(Picture picture) {
    auto made = view_of(std::move(picture), Instant::now());
    REQUIRE(made);
    return *made;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("nodes know their partitions, and what is not known is absent") {
    auto picture = four_nodes();
    picture.nodes[0].boot_time = 1700000000;
    picture.nodes[3].flags = bit(NodeFlag::invalid_registration) | bit(NodeFlag::unknown);
    const auto seen = view(std::move(picture));
    CHECK(seen->nodes.at("n1").partitions == Names{"batch"});
    CHECK(seen->nodes.at("n4").partitions == Names{"batch", "long"});
    CHECK(seen->nodes.at("n1").boot_time == WallTime{1700000000s});
    CHECK_FALSE(seen->nodes.at("n2").boot_time);
    CHECK(seen->nodes.at("n4").fail);
    CHECK(seen->nodes.at("n4").in_use());
    CHECK_FALSE(seen->nodes.at("n1").in_use());
    CHECK(seen->slurm_user == "slurm");
    CHECK_FALSE(seen->suspend_time);
}

TEST_CASE("jobs bring their nodes, pending ones what is planned for them") {
    auto picture = four_nodes();
    picture.jobs.push_back({1, JobState::running, "batch", "n[1-2]", 1700000000, 1700003600});
    picture.jobs.push_back({2, JobState::pending, "batch", "n3", 1700009999, 0});
    picture.jobs.push_back({3, JobState::pending, "batch", "(null)", 0, 0});
    const auto seen = view(std::move(picture));
    REQUIRE(seen->jobs.size() == 3);
    CHECK(seen->jobs[0].nodes == Names{"n1", "n2"});
    CHECK(seen->jobs[0].occupies());
    CHECK(seen->jobs[1].nodes == Names{"n3"});
    CHECK_FALSE(seen->jobs[1].occupies());
    CHECK(seen->jobs[2].nodes.empty());
    CHECK_FALSE(seen->jobs[2].start);
}

TEST_CASE("CPUs are those of each node, and unknown unless there is a number for each") {
    auto picture = four_nodes();
    picture.jobs.push_back(
        {1, JobState::running, "batch", "n[1-3]", 1700000000, 0, {{4, 2}, {1, 1}}});
    picture.jobs.push_back({2, JobState::running, "batch", "n[1-3]", 1700000000, 0, {{4, 2}}});
    picture.jobs.push_back(
        {3, JobState::running, "batch", "n[1-3]", 1700000000, 0, {{4, 4'000'000'000}}});
    const auto seen = view(std::move(picture));
    REQUIRE(seen->jobs.size() == 3);
    CHECK(seen->jobs[0].cpus == std::vector<std::uint32_t>{4, 4, 1});
    CHECK(seen->jobs[1].cpus.empty());
    CHECK(seen->jobs[2].cpus.empty());
}

TEST_CASE("ended jobs are told apart from those that hold nodes") {
    auto picture = four_nodes();
    picture.ended_jobs.push_back(
        {5, JobState::other, "batch", "n[1-2]", 1700000000, 1700000060, {{2, 2}}});
    picture.ended_jobs.push_back({6, JobState::other, "batch", "n[1-", 1700000000, 1700000060});
    const auto seen = view(std::move(picture));
    CHECK(seen->jobs.empty());
    REQUIRE(seen->ended_jobs.size() == 1);
    CHECK(seen->ended_jobs[0].end == WallTime{1700000060s});
    CHECK(seen->ended_jobs[0].cpus == std::vector<std::uint32_t>{2, 2});
}

TEST_CASE("features, partitions and reservations come with their nodes") {
    auto picture = four_nodes();
    picture.nodes[0].features = "gpu,,frugald_off";
    picture.partitions[1].suspend_time = 600;
    picture.reservations.push_back({"work", "n[2-3]", 1700000000, 1700003600, true});
    picture.reservations.push_back({"licenses", "(null)", 1700000000, 0, false});
    picture.controller.power_saving.resume_program = "/x";
    const auto seen = view(std::move(picture));
    CHECK(seen->nodes.at("n1").features == Names{"gpu", "frugald_off"});
    REQUIRE(seen->partitions.size() == 2);
    CHECK(seen->partitions[0].up);
    CHECK_FALSE(seen->partitions[1].up);
    CHECK(seen->partitions[1].nodes == Names{"n3", "n4"});
    CHECK(seen->partitions[1].suspend_time == 600s);
    CHECK_FALSE(seen->partitions[0].suspend_time);
    REQUIRE(seen->reservations.size() == 2);
    CHECK(seen->reservations[0].nodes == Names{"n2", "n3"});
    CHECK(seen->reservations[0].covers(WallTime{1700003599s}));
    CHECK_FALSE(seen->reservations[0].covers(WallTime{1700003600s}));
    CHECK(seen->reservations[1].nodes.empty());
    CHECK(seen->reservations[1].covers(WallTime{1900000000s}));
    CHECK(seen->power_saving.resume_program == "/x");
}

TEST_CASE("a reservation whose nodes cannot be read spoils the picture: they would look free") {
    auto picture = four_nodes();
    picture.reservations.push_back({"work", "n[1-", 0, 0, true});
    const auto spoilt = view_of(std::move(picture), Instant::now());
    REQUIRE_FALSE(spoilt);
    CHECK(spoilt.error().text.find("reservation work") != std::string::npos);
}

TEST_CASE("a running job whose nodes cannot be read spoils the picture: they would look free") {
    auto picture = four_nodes();
    picture.jobs.push_back({9, JobState::running, "batch", "n[1-", 0, 0});
    const auto spoilt = view_of(std::move(picture), Instant::now());
    REQUIRE_FALSE(spoilt);
    CHECK(spoilt.error().fault == Fault::unparsable);
    CHECK(spoilt.error().text.find("job 9") != std::string::npos);
}

TEST_CASE("the shortest time decides over an off, the longest over giving a resume up") {
    auto picture = four_nodes();
    picture.partitions[1].suspend_timeout = 10;
    picture.partitions[1].resume_timeout = 900;
    picture.partitions[1].suspend_time = 600;
    const auto seen = view(std::move(picture));
    CHECK(seen->suspend_timeout == 10s);
    CHECK(seen->resume_timeout == 900s);
    CHECK(seen->suspend_time == 600s);
}

TEST_CASE("excluded are named nodes, whole partitions, and with a count all of the set") {
    auto picture = four_nodes();
    picture.controller.power_saving.suspend_exc_nodes = "n1:1";
    picture.controller.power_saving.suspend_exc_parts = "long";
    picture.controller.power_saving.suspend_exc_states = "CLOUD,DRAIN";
    picture.nodes[1].flags = bit(NodeFlag::cloud);
    CHECK(view(picture)->suspend_excluded_nodes == Names{"n1", "n2", "n3", "n4"});
    picture.controller = {};
    CHECK(view(picture)->suspend_excluded_nodes.empty());
    CHECK(without_counts("n[1-9]:2,m1,k[1,3]:10") == "n[1-9],m1,k[1,3]");
}

TEST_CASE("the picture is as old as slurmctld's answer, not as its arrival") {
    auto picture = four_nodes();
    const auto now = Instant::now();
    picture.answered_at_ns = std::chrono::nanoseconds{now.steady.time_since_epoch() - 4s}.count();
    const auto made = view_of(std::move(picture), now);
    REQUIRE(made);
    CHECK(now.steady - (*made)->read_at.steady == 4s);
    CHECK(now.wall - (*made)->read_at.wall == 4s);
}
