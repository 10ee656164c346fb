#include <doctest/doctest.h>

#include "plugins/redfish/bios_watch.h"
#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;
using redfish::BiosWatch;

TEST_CASE("a node that differs from most of its group is reported") {
    BiosWatch watch;
    const BiosWatch::Attributes usual{{"WorkloadProfile", "Efficient"}},
        other{{"WorkloadProfile", "HPC"}};
    watch.take(1, "n1", usual, {});
    watch.take(1, "n2", other, {});
    CHECK(watch.drift("n2").empty());  // one against one is no majority
    watch.take(1, "n3", usual, {});
    CHECK(watch.drift("n2") == "WorkloadProfile is HPC, most nodes of its group have Efficient");
    CHECK(watch.drift("n1").empty());
    SUBCASE("mended") {
        watch.take(1, "n2", usual, {});
        CHECK(watch.drift("n2").empty());
    }
    SUBCASE("other groups are not compared with") {
        watch.take(2, "m1", other, {});
        CHECK(watch.drift("m1").empty());
    }
    SUBCASE("the majority moves") {
        watch.take(1, "n4", other, {});
        CHECK(watch.drift("n2").empty());  // two against two
        watch.take(1, "n5", other, {});
        CHECK(watch.drift("n1") ==
              "WorkloadProfile is Efficient, most nodes of its group have HPC");
        CHECK(watch.drift("n2").empty());
    }
}

TEST_CASE("what the site wants goes before what most have") {
    BiosWatch watch;
    const BiosWatch::Attributes wanted{{"ProcCStates", "Enabled"}};
    for (const char* node : {"n1", "n2", "n3"})
        watch.take(1, node, {{"ProcCStates", "Disabled"}}, wanted);
    CHECK(watch.drift("n1") == "ProcCStates is Disabled, [redfish.bios] wants Enabled");
    watch.take(1, "n1", {{"ProcCStates", "Enabled"}}, wanted);
    CHECK(watch.drift("n1").empty());
}

TEST_CASE("BIOS attributes are read behind a link in another case, and compared") {
    Rig rig;
    for (int i = 0; i < 3; ++i) {
        Tree tree = environment_tree();
        const std::string profile = i == 1 ? "HPC" : "Efficient";
        tree.add("/redfish/v1/systems/1/bios",
                 R"({"Attributes":{"WorkloadProfile":")" + profile + R"(","AssetTag":"x"}})");
        rig.add(std::move(tree));
    }
    rig.start();
    CHECK(rig.until([&] { return !rig.module->bios().drift("n2").empty(); }));
    CHECK(rig.module->bios().drift("n1").empty());
    for (const auto& one : rig.bmc().asked()) CHECK(one.method != "PATCH");
}
