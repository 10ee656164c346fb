// The disk answers EIO now and then: a child process under libfiu (Debian: fiu-utils).

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "daemon/db/check.h"
#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/daemon/store/store_fixture.h"
#include "tests/support/sanitized.h"

using namespace frugald;
using namespace frugald::test;

namespace fs = std::filesystem;

namespace {

constexpr const char* directory_variable = "FRUGALD_TEST_DIRECTORY";
constexpr const char* preloads =
    "/usr/lib/fiu/fiu_run_preload.so:/usr/lib/fiu/fiu_posix_preload.so";
constexpr const char* faults =
    "enable_random name=posix/io/rw/pwrite,probability=0.02,failinfo=5\n"
    "enable_random name=posix/io/rw/pwrite64,probability=0.02,failinfo=5\n"
    "enable_random name=posix/io/sync/fdatasync,probability=0.05,failinfo=5\n"
    "enable_random name=posix/io/sync/fsync,probability=0.05,failinfo=5\n";

/// False: it cannot be done here, which is said.
bool run_child(const char* test, const fs::path& directory) {
    if (sanitized) {  // whose library wants to be the first one, as libfiu's does
        MESSAGE("skipped: errors of the disk (not with sanitizers)");
        return false;
    }
    if (!fs::exists("/usr/lib/fiu/fiu_posix_preload.so")) {
        MESSAGE("skipped: errors of the disk (needs the Debian package fiu-utils)");
        return false;
    }
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("LD_PRELOAD", preloads, 1);
        ::setenv("FIU_ENABLE", faults, 1);
        ::setenv(directory_variable, directory.c_str(), 1);
        const auto filter = fmt::format("--test-case={}", test);
        ::execl("/proc/self/exe", "child", "--no-skip", filter.c_str(), nullptr);
        ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    return true;
}

std::set<std::int64_t> numbers_in(const fs::path& file) {
    std::ifstream in{file};
    std::set<std::int64_t> numbers;
    for (std::int64_t number; in >> number;) numbers.insert(number);
    return numbers;
}

std::vector<Sample> call(std::int64_t number) {
    std::vector<Sample> readings;
    for (int device = 0; device < 8; ++device)
        readings.push_back(reading(midnight + number * minute, fmt::format("n{}", device),
                                   Quantity::power_watts,
                                   100 + static_cast<double>((number * 7 + device) % 50)));
    return readings;
}

std::string damage_in(const fs::path& directory) {
    std::string text;
    const auto report = [&](const std::string& name, const FileCheck& found) {
        for (const auto& what : found.damage) text += name + ": " + what + "\n";
    };
    REQUIRE(db::check({directory, true}, report));
    return text;
}

}  // namespace

TEST_CASE("child: actions on a disk with errors" * doctest::skip()) {
    const char* directory = std::getenv(directory_variable);
    if (!directory) return;
    std::ofstream told{fs::path{directory} / "told"};
    int failed = 0, stored = 0;
    for (int life = 0; life < 20; ++life) {
        const auto store = Store::open(directory);
        if (!store) {
            CHECK(store.error().fault == Fault::unavailable);
            ++failed;
            continue;
        }
        for (int i = 0; i < 100; ++i) {
            const auto ids = (*store)->begin(std::vector{action_of("n1", i)});
            if (ids) {
                told << ids->front() << std::endl;
                ++stored;
                continue;
            }
            ++failed;
            CHECK(ids.error().text.find("check the disk") != std::string::npos);
        }
    }
    CHECK(failed > 10);
    CHECK(stored > 500);
}

TEST_CASE("D2: EIO on write and sync: what was acknowledged stays, the file is sound") {
    const Scratch scratch;
    if (!run_child("child: actions*", scratch.path())) return;
    const auto told = numbers_in(scratch.path() / "told");
    const auto store = open_store(scratch.path());
    CHECK(store->all(Store::damage_space)->empty());
    const auto rows = store->actions({.most = 1'000'000});
    REQUIRE(rows);
    std::set<std::int64_t> stored;
    for (const auto& row : *rows) stored.insert(row.id);
    CHECK(std::ranges::includes(stored, told));
    CHECK(store->begin(std::vector{action_of("n1", 1)}));
    MESSAGE(told.size() << " actions acknowledged between errors, none lost");
    CHECK(told.size() > 500);
}

TEST_CASE("child: rounds on a disk with errors" * doctest::skip()) {
    const char* directory = std::getenv(directory_variable);
    if (!directory) return;
    std::ofstream told{fs::path{directory} / "told"};
    int failed = 0;
    std::int64_t number = 0;
    for (int life = 0; life < 20; ++life) {
        auto store = SampleStore::open(directory);
        failed += !store;
        for (int i = 0; store && i < 40; ++i, ++number) {
            const auto done =
                (*store)->append(from_unix_ms(midnight + number * minute), call(number));
            if (done) told << number << std::endl;
            failed += !done;
        }
    }
    CHECK(failed > 5);
}

TEST_CASE("D2: EIO on write and sync: no committed round is lost, and none is wrong") {
    const Scratch scratch;
    if (!run_child("child: rounds*", scratch.path())) return;
    Truth truth;
    const auto told = numbers_in(scratch.path() / "told");
    for (const auto number : told) add(truth, call(number));
    auto store = open_samples(scratch.path());
    CHECK(store->take_damage().empty());
    auto found = read_raw(*store);
    // What was refused may be there nevertheless.
    for (auto& [name, values] : found)
        std::erase_if(values, [&](const auto& one) {
            return !told.contains((one.first - midnight) / minute);
        });
    CHECK(difference(truth, found) == "");
    CHECK(store->append(from_unix_ms(midnight + 5000 * minute), call(5000)));
    CHECK(store->trouble().empty());
    store.reset();
    CHECK(damage_in(scratch.path()) == "");
    CHECK(told.size() > 100);
}
