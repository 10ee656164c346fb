#include "daemon/core/mode.h"

#include <doctest/doctest.h>

using namespace frugald;

namespace {

const std::vector<ModeRule> rules{
    {"", std::nullopt, Mode::guarded},
    {"", ActionClass::off, Mode::advise},
    {"gpu", std::nullopt, Mode::observe},
    {"gpu", ActionClass::on, Mode::enforce},
};

}  // namespace

TEST_CASE("the narrowest rule counts, and of several partitions the lowest mode") {
    struct Row {
        const char* says;
        std::vector<std::string> partitions;
        ActionClass action;
        Mode mode;
    };
    const Row rows[] = {
        {"what no rule narrows", {"batch"}, ActionClass::cap, Mode::guarded},
        {"one kind of action", {"batch"}, ActionClass::off, Mode::advise},
        {"one partition", {"gpu"}, ActionClass::cap, Mode::observe},
        {"a partition is narrower than an action", {"gpu"}, ActionClass::off, Mode::observe},
        {"both are narrowest", {"gpu"}, ActionClass::on, Mode::enforce},
        {"in two partitions the lower one", {"batch", "gpu"}, ActionClass::cap, Mode::observe},
        {"a node of no partition", {}, ActionClass::off, Mode::advise},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        CHECK(mode_for(rules, row.partitions, row.action) == row.mode);
    }
    CHECK(mode_for({}, {"batch"}, ActionClass::on) == Mode::observe);
}

TEST_CASE("of two rules for the same, the later one counts: it was set by hand") {
    auto by_hand = rules;
    by_hand.push_back({"", ActionClass::off, Mode::enforce});
    CHECK(mode_for(by_hand, {"batch"}, ActionClass::off) == Mode::enforce);
}

TEST_CASE("names of modes and kinds of action are read as they are written") {
    for (const auto mode : {Mode::observe, Mode::advise, Mode::guarded, Mode::enforce})
        CHECK(mode_named(to_string(mode)) == mode);
    for (const auto action : {ActionClass::off, ActionClass::on, ActionClass::cap,
                              ActionClass::uncap, ActionClass::repair})
        CHECK(action_class_named(to_string(action)) == action);
    CHECK_FALSE(mode_named("on"));
    CHECK_FALSE(action_class_named(""));
}
