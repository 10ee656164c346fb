#include "tests/daemon/engine/rig.h"

using namespace frugald;
using namespace std::chrono_literals;

TEST_CASE("a node that nothing measures any more has its model's power and is not measured") {
    test::Rig rig{[](Config& config) {
        config.daemon.stale_after = 500ms;
        config.models["n1"] = {Watts{5}, Watts{120}, Watts{600}};
    }};
    const auto now = [&rig] { return rig.engine->take_picture(); };
    const auto source = [&](const char* node) {
        const auto picture = now();
        const auto& power = picture->nodes.at(node).power;
        return power ? power->source : std::string{};
    };
    REQUIRE(rig.until([&] { return now()->nodes_measured == 3; }));
    CHECK(source("n1") != "model");
    rig.cluster->machines["n1"].silent = true;
    const auto poll = [&rig] {
        for (const char* const node : {"n1", "n2", "n3"}) rig.cluster->refresh(node);
        return true;
    };
    REQUIRE(rig.until([&] { return poll() && source("n1") == "model"; }));
    const auto picture = now();
    CHECK(picture->nodes.at("n1").power->value == 120);
    CHECK(picture->nodes.at("n1").power->quality == Quality::estimated);
    CHECK(picture->nodes_measured == 2);
    CHECK(picture->cluster_power == Watts{200});
    CHECK(source("n2") != "model");
}
