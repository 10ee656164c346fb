#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/db/check.h"
#include "tests/daemon/db/power_cut.h"
#include "tests/daemon/store/samples/samples_fixture.h"
#include "tests/daemon/store/store_fixture.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::test;

namespace {

std::vector<Sample> call(std::int64_t number) {
    std::vector<Sample> readings;
    for (int device = 0; device < 8; ++device)
        readings.push_back(reading(midnight + number * 97'000, fmt::format("n{}", device),
                                   Quantity::power_watts,
                                   100 + static_cast<double>((number * 7 + device) % 50)));
    return readings;
}

std::string damage_in(const std::filesystem::path& directory) {
    std::string text;
    const auto report = [&](const std::string& name, const FileCheck& found) {
        for (const auto& what : found.damage) text += name + ": " + what + "\n";
    };
    REQUIRE(db::check({directory, true}, report));
    return text;
}

}  // namespace

TEST_CASE("D5: 300 power cuts: no acknowledged action or hold is lost, nothing is damaged") {
    const Scratch scratch;
    PowerCut power{5};
    Random random{5};
    std::set<std::int64_t> acknowledged;
    std::int64_t held = 0;
    std::uint64_t lost = 0;
    for (int cut = 0; cut < 300; ++cut) {
        power.cut_after(1 + random.bits() % 120);
        if (auto store = Store::open(scratch.path())) {
            while (!power.is_dark()) {
                if (const auto ids = (*store)->begin(std::vector{action_of("n1", cut)}))
                    acknowledged.insert(ids->front());
                if ((*store)->put("hold", "n", std::to_string(held + 1))) ++held;
                static_cast<void>(
                    (*store)->append_audit(std::vector{HistoryEntry{.at = {}, .kind = "stop"}}));
            }
        }
        lost += power.restore();
        const auto store = open_store(scratch.path());
        REQUIRE(store->all(Store::damage_space)->empty());
        const auto rows = store->actions({.most = 1'000'000});
        REQUIRE(rows);
        std::set<std::int64_t> stored;
        for (const auto& row : *rows) stored.insert(row.id);
        REQUIRE(std::ranges::includes(stored, acknowledged));
        const auto hold = store->all("hold");
        const auto now = hold->empty() ? 0 : std::stoll(hold->front().second);
        REQUIRE(now >= held);
        held = now;
    }
    CHECK(open_store(scratch.path())->verify_audit({}, SIZE_MAX)->broken_id == 0);
    MESSAGE(acknowledged.size() << " actions, " << lost << " writes lost in 300 cuts");
    CHECK(lost > 100);
    CHECK(acknowledged.size() > 300);
}

TEST_CASE("D5: 150 power cuts: no committed round is lost, nothing is damaged") {
    const Scratch scratch;
    PowerCut power{6};
    Random random{6};
    std::int64_t next = 0;
    std::uint64_t lost = 0;
    for (int cut = 0; cut < 150; ++cut) {
        power.cut_after(1 + random.bits() % 400);
        if (auto store = SampleStore::open(scratch.path()))
            while (!power.is_dark())
                if ((*store)->append(from_unix_ms(midnight + next * 97'000), call(next))) ++next;
        lost += power.restore();
        auto store = open_samples(scratch.path());
        for (const auto& what : store->take_damage()) FAIL_CHECK("cut " << cut << ": " << what);
        const auto first = std::max<std::int64_t>(0, next - 200);
        Truth truth;
        for (auto number = first; number < next; ++number) add(truth, call(number));
        const auto found = read_raw(*store, midnight + first * 97'000);
        if (difference(truth, found) == "") continue;
        // The last call may be stored although it was not said any more.
        add(truth, call(next++));
        REQUIRE_MESSAGE(difference(truth, found) == "", "cut " << cut);
    }
    MESSAGE(next << " rounds, " << lost << " writes lost in 150 cuts");
    CHECK(lost > 100);
    CHECK(damage_in(scratch.path()) == "");
}
