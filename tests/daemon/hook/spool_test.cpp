#include "daemon/hook/spool.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/hook/journal.h"
#include "daemon/hook/places.h"
#include "tests/support/scratch.h"

using namespace frugald::hook;

TEST_CASE("messages come back oldest first and leave when removed") {
    const Scratch scratch;
    const auto spool = scratch.path().string();
    std::string problem;
    for (const std::int64_t at : {999L, 20L, 1795247216123L, 1000L})
        REQUIRE(spool_write(spool, {Verb::resume, at, "n1", "{}"}, problem));
    auto entries = spool_list(spool, problem);
    REQUIRE(entries);
    std::vector<std::int64_t> times;
    for (const auto& entry : *entries)
        times.push_back(spool_read(spool, entry, problem).value().called_at_ms);
    CHECK(times == std::vector<std::int64_t>{20, 999, 1000, 1795247216123});
    for (const auto& entry : *entries) CHECK(spool_remove(spool, entry, problem));
    for (const auto& entry : *entries) CHECK(spool_remove(spool, entry, problem));
    CHECK(spool_list(spool, problem)->empty());
    CHECK(problem.empty());
}

TEST_CASE("calls in one millisecond do not overwrite each other") {
    const Scratch scratch;
    std::string problem;
    for (int i = 0; i < 200; ++i)
        REQUIRE(spool_write(scratch.path().string(), {Verb::suspend, 7, "n1", ""}, problem));
    CHECK(spool_list(scratch.path().string(), problem)->size() == 200);
}

TEST_CASE("what the hook did not write there is ignored or refused") {
    const Scratch scratch;
    const auto spool = scratch.path().string();
    scratch.write(".unfinished.msg", "x");
    scratch.write("notes.txt", "x");
    scratch.write("dir.msg/inside", "x");
    const auto target = scratch.write("target", "secret");
    std::filesystem::create_symlink(target, scratch.path() / "link.msg");
    REQUIRE(::mkfifo((scratch.path() / "pipe.msg").c_str(), 0600) == 0);
    scratch.write("bad.msg", "garbage");
    std::string problem;
    const auto entries = spool_list(spool, problem);
    REQUIRE(entries);
    REQUIRE(entries->size() == 1);
    CHECK(entries->front().name == "bad.msg");
    CHECK_FALSE(spool_read(spool, entries->front(), problem));
    CHECK(problem.ends_with("bad.msg is not a hook's message"));
    CHECK_FALSE(spool_read(spool, {"link.msg", 0}, problem));
    CHECK_FALSE(spool_read(spool, {"pipe.msg", 0}, problem));
}

TEST_CASE("a spool that is not there is a problem with a name") {
    std::string problem;
    CHECK_FALSE(spool_list("/none/spool", problem));
    CHECK(problem == "cannot open spool /none/spool: No such file or directory");
    CHECK_FALSE(spool_write("/none/spool", {}, problem));
}

TEST_CASE("the kernel's word on the owner is reported") {
    if (::geteuid() != 0) {
        MESSAGE("skipped: foreign owners need root");
        return;
    }
    const Scratch scratch;
    std::string problem;
    const auto name = spool_write(scratch.path().string(), {Verb::resume, 1, "n1", ""}, problem);
    REQUIRE(::chown((scratch.path() / name.value()).c_str(), 12345, 0) == 0);
    CHECK(spool_list(scratch.path().string(), problem)->at(0).owner == 12345);
}

TEST_CASE("hook.conf beside the program wins, and its mistakes are told") {
    const Scratch scratch;
    scratch.write("hook.conf", "# comment\n\nsocket=/s\nspool=relative\n");
    const auto places = find_places((scratch.path() / "suspend").string());
    CHECK(places.socket == "/s");
    CHECK(places.spool == "/var/spool/frugald");
    CHECK(places.problem.find("spool=relative") != std::string::npos);
}

TEST_CASE("log lines are one line") {
    CHECK(one_line("a\nb\x01\x7f", 10) == "a?b??");
    CHECK(one_line("abcdef", 3) == "abc...");
}
