#include "daemon/core/log_limit.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "daemon/core/log.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

const SteadyTime start{1h};

/// What was written to stderr while `work` ran.
template <class Work>
std::string stderr_of(Work work) {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    const int kept = ::dup(STDERR_FILENO);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    ::dup2(ends[1], STDERR_FILENO);
    work();
    ::dup2(kept, STDERR_FILENO);
    ::close(kept);
    ::close(ends[1]);
    std::string text(65536, '\0');
    const auto bytes = ::read(ends[0], text.data(), text.size());
    ::close(ends[0]);
    text.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
    return text;
}

}  // namespace

TEST_CASE("few lines pass at once; of many the first pass, the rest is told when it is over") {
    LogLimit limit;
    unsigned passed = 0;
    for (int i = 0; i < 40; ++i)
        passed += limit.admit(4, "{} is broken", "n" + std::to_string(i), start + i * 200ms);
    CHECK(passed == 10);
    CHECK(limit.due(start + 9s).empty());
    auto summaries = limit.due(start + 10s);
    REQUIRE(summaries.size() == 1);
    CHECK(summaries[0].line == "n39 (and 29 more lines like this one)");
    CHECK(summaries[0].priority == 4);
    CHECK(limit.admit(4, "{} is broken", "n40", start + 10s));
    CHECK(limit.rest().empty());
}

TEST_CASE("one class does not silence another, but all together have a limit") {
    LogLimit limit;
    for (int i = 0; i < 20; ++i) limit.admit(4, "a", "a", start);
    CHECK_FALSE(limit.admit(4, "b", "b: lost for now", start));
    CHECK(limit.admit(4, "c", "c", start + 1s));
    const auto summaries = limit.rest();
    REQUIRE(summaries.size() == 2);
    CHECK(summaries[1].line == "b: lost for now");  // one line needs no summary
}

TEST_CASE("R5: a flood of lines of many classes stays within ten a second, and all are counted") {
    LogLimit limit;
    unsigned told = 0;
    for (int second = 0; second < 120; ++second) {
        unsigned lines = 0;
        for (int i = 0; i < 1000 && second < 60; ++i)
            lines += limit.admit(4, "class " + std::to_string(i % 30), "x",
                                 start + second * 1s + i * 1ms);
        told += lines;
        for (const auto& summary : limit.due(start + second * 1s + 999ms)) {
            ++lines;
            const auto more = summary.line.find("(and ");
            told += 1 + (more == std::string::npos
                             ? 0
                             : static_cast<unsigned>(std::stoul(summary.line.substr(more + 5))));
        }
        CHECK(lines <= 10);
    }
    CHECK(told == 60'000);
}

TEST_CASE("R5: a thousand warnings in a row are ten lines and a summary on stderr") {
    const auto text = stderr_of([] {
        for (int i = 0; i < 1000; ++i) log::warning("bmc {} gives no power reading", i);
        log::write_summaries(true);
    });
    const auto lines = std::ranges::count(text, '\n');
    CHECK(lines >= 8);
    CHECK(lines <= 11);
    CHECK(text.find("<4>bmc 0 gives no power reading\n") != std::string::npos);
    CHECK(text.find("<4>bmc 999 gives no power reading (and 99") != std::string::npos);
}
