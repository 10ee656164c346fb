#include <fmt/format.h>

#include <fstream>

#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

/// The text of the kill switch, or "".
std::string hold_of(Rig& rig) { return rig.engine->holds().all().value_or(""); }

std::size_t told(Rig& rig, const std::string& kind) {
    std::size_t count = 0;
    const auto events = rig.store->events({.most = 1000});
    for (const auto& event : *events) count += event.kind == kind;
    return count;
}

void overwrite(const std::filesystem::path& file, std::int64_t at, const std::string& bytes) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(at);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("D3: after a lost database frugald observes and holds everything, until people say so") {
    Rig rig;
    CHECK(rig.engine->modes().distrusted().empty());
    rig.stop();
    overwrite(rig.scratch.path() / "frugald.db", 0, std::string(4096, 'x'));
    for (int start = 0; start < 2; ++start) {
        CAPTURE(start);
        rig.start();
        CHECK(rig.engine->modes().of({}, ActionClass::off) == Mode::observe);
        CHECK(rig.engine->modes().of({}, ActionClass::on) == Mode::observe);
        CHECK(hold_of(rig).find("database was damaged") != std::string::npos);
        CHECK_FALSE(rig.engine->take_picture()->store_damage.empty());
        rig.stop();
        rig.start();
        CHECK(told(rig, "store") == 1);  // not with every start
        CHECK(rig.store->all(Store::damage_space)->empty());
        if (start == 0) rig.stop();
    }
    rig.engine->modes().set({{}, std::nullopt, Mode::enforce}, "admin", "looked at it");
    CHECK(rig.engine->holds().release("", "admin", "looked at it"));
    CHECK(rig.engine->take_picture()->store_damage.empty());
    rig.stop();
    rig.start();
    CHECK(rig.engine->modes().of({}, ActionClass::off) == Mode::enforce);
    CHECK(hold_of(rig).empty());
}

TEST_CASE("D3: damage that left the holds whole ends in observe, without another hold") {
    Rig rig;
    rig.engine->holds().set(
        "n2", {.owner = "admin", .reason = "fan", .since = Instant::now().wall, .until = {}});
    rig.engine->modes().set({{}, ActionClass::off, Mode::enforce}, "admin", "a test");
    rig.stop();
    // The page behind the first is the table of actions.
    overwrite(rig.scratch.path() / "frugald.db", 4096, std::string(100, 'x'));
    rig.start();
    CHECK(rig.engine->modes().of({}, ActionClass::off) == Mode::observe);
    CHECK_FALSE(rig.engine->modes().distrusted().empty());
    CHECK(hold_of(rig).empty());
    CHECK(rig.engine->holds().node("n2"));
}
