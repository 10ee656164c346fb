#include "daemon/store/store.h"

#include <chrono>

#include "tests/daemon/store/store_fixture.h"

using namespace frugald;

TEST_CASE("an empty directory opens fast") {
    const Scratch scratch;
    const auto start = std::chrono::steady_clock::now();
    const auto store = open_store(scratch.path() / "state");
    const auto took = std::chrono::steady_clock::now() - start;
    MESSAGE("opening took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                            << " ms");
    CHECK(took < std::chrono::seconds{1});
    CHECK(store->open_actions()->empty());
}

TEST_CASE("an action is open until finished, and the first result stays") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    auto cap = action_of("n2", 20);
    cap.watts = 350.5;
    cap.generation = ~std::uint64_t{0};
    const auto ids = store->begin(std::vector{action_of("n1", 10), cap, action_of("n1", 30)});
    REQUIRE(ids);
    REQUIRE(ids->size() == 3);
    REQUIRE(store->finish(std::vector{ActionEnd{ids->at(0), from_unix_ms(12), "ok", "read back"},
                                      ActionEnd{ids->at(0), from_unix_ms(13), "failed", "late"},
                                      ActionEnd{999, from_unix_ms(13), "failed", "unknown id"}}));
    REQUIRE(store->finish(std::vector{ActionEnd{ids->at(0), from_unix_ms(14), "failed", ""}}));

    const auto open = store->open_actions();
    REQUIRE(open);
    REQUIRE(open->size() == 2);
    CHECK(open->at(0).id == ids->at(1));
    CHECK(open->at(0).record.watts == 350.5);
    CHECK(open->at(0).record.generation == ~std::uint64_t{0});
    CHECK_FALSE(open->at(0).end);

    const auto of_n1 = store->actions({.node = "n1"});
    REQUIRE(of_n1);
    REQUIRE(of_n1->size() == 2);
    const auto& first = of_n1->front();
    CHECK(first.record.actor == "SuspendProgram");
    CHECK(first.record.deadline == from_unix_ms(1010));
    CHECK_FALSE(first.record.watts);
    REQUIRE(first.end);
    CHECK(first.end->result == "ok");
    CHECK(first.end->detail == "read back");
    CHECK(to_unix_ms(first.end->at) == 12);
    CHECK(store->actions({})->size() == 3);
    CHECK(store->actions({.since = from_unix_ms(20)})->size() == 2);
    const auto newest = store->actions({.most = 1});
    REQUIRE(newest->size() == 1);
    CHECK(newest->front().id == ids->at(2));
}

TEST_CASE("events are told in order, hostile text included") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    const std::string hostile = std::string("'); DROP TABLE event;--\n\0\xff", 26);
    REQUIRE(store->record(std::vector{StoredEvent{from_unix_ms(1), "", "daemon", "started", 0},
                                      StoredEvent{from_unix_ms(2), "n1", "hook", hostile, 5},
                                      StoredEvent{from_unix_ms(3), "n1", "refused", "N1", 0}}));
    const auto all = store->events({});
    REQUIRE(all);
    REQUIRE(all->size() == 3);
    CHECK(all->at(0).text == "started");
    CHECK(all->at(1).text == hostile);
    CHECK(all->at(1).action == 5);
    const auto of_n1 = store->events({.node = "n1", .most = 1});
    REQUIRE(of_n1->size() == 1);
    CHECK(of_n1->front().kind == "refused");
}

TEST_CASE("the map keeps the last value of a key, per space") {
    const Scratch scratch;
    auto store = open_store(scratch.path());
    REQUIRE(store->put("hold", "n1", "a"));
    REQUIRE(store->put("hold", "n1", "b"));
    REQUIRE(store->put("hold", "", ""));
    REQUIRE(store->put("cap", "n1", "c"));
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(store->all("hold").value() == Pairs{{"", ""}, {"n1", "b"}});
    REQUIRE(store->erase("hold", "n1"));
    REQUIRE(store->erase("hold", "never there"));
    CHECK(store->all("hold").value() == Pairs{{"", ""}});
    CHECK(store->all("cap").value() == Pairs{{"n1", "c"}});
    CHECK(store->all("none")->empty());
}

TEST_CASE("everything is there after a restart") {
    const Scratch scratch;
    {
        auto store = open_store(scratch.path());
        REQUIRE(store->begin(std::vector{action_of("n1", 10)}));
        REQUIRE(store->record(std::vector{StoredEvent{from_unix_ms(1), "n1", "hook", "x", 1}}));
        REQUIRE(store->put("hold", "n1", "a"));
    }
    auto store = open_store(scratch.path());
    CHECK(store->open_actions()->size() == 1);
    CHECK(store->events({})->size() == 1);
    CHECK(store->all("hold")->size() == 1);
    CHECK(store->begin(std::vector{action_of("n1", 20)})->front() == 2);
}
