#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/export/json.h"

using namespace frugald;
using Json = nlohmann::json;

namespace {

EnergyFigure known(double joules) {
    return {.energy = Joules{joules},
            .mean = Watts{joules / 90},
            .least = Watts{90},
            .most = Watts{250},
            .length = Seconds{100},
            .covered = Seconds{90},
            .gaps = 1,
            .longest_gap = Seconds{10}};
}

EnergyFigure unknown() { return {.length = Seconds{100}, .gaps = 1, .longest_gap = Seconds{100}}; }

}  // namespace

TEST_CASE("energy: what is not known is null with its reason, and not in the total") {
    EnergyReport report{.to = from_unix_ms(100'000), .resolution = Resolution::five_minutes};
    report.ends_within = Seconds{300};
    report.rows.push_back({.name = "n1", .figure = known(18e3), .sources = {"dcmi"}});
    report.rows.push_back({.name = "n2", .figure = unknown(), .unknown_why = "no BMC"});
    add_up(report);
    const auto answer = Json::parse(json::energy(report));
    CHECK(answer["schema"] == "frugald/1");
    CHECK(answer["to"] == "1970-01-01T00:01:40.000Z");
    CHECK(answer["resolution"] == "5min");
    CHECK(answer["ends_within_s"] == 300);
    const auto &first = answer["nodes"][0], &second = answer["nodes"][1];
    CHECK(first["joules"] == 18e3);
    CHECK(first["mean_watts"] == 200);
    CHECK(first["coverage"] == 0.9);
    CHECK(first["longest_gap_s"] == 10);
    CHECK(first["sources"] == Json{"dcmi"});
    CHECK(first["unknown"].is_null());
    for (const char* const key : {"joules", "mean_watts", "min_watts", "max_watts"})
        CHECK(second[key].is_null());
    CHECK(second["coverage"] == 0);
    CHECK(second["unknown"] == "no BMC");
    CHECK(answer["total"]["joules"] == 18e3);
    CHECK(answer["total"]["coverage"] == 0.45);
    CHECK(answer["total"]["unknown_nodes"] == 1);
}

TEST_CASE("energy of a job: shares, and how they were made") {
    JobEnergy job{.id = 7, .partition = "batch", .vanished = true};
    job.rows.push_back({.node = "n1",
                        .figure = known(6e3),
                        .node_energy = Joules{24e3},
                        .shared = true,
                        .cpus = 1,
                        .node_cpus = 8});
    job.rows.push_back({.node = "n2", .figure = known(24e3), .node_energy = Joules{24e3}});
    job.rows.push_back({.node = "n3", .figure = unknown(), .unknown_why = "nothing"});
    add_up(job);
    const auto run = Json::parse(json::job_energy({job}))["runs"][0];
    CHECK(run["job"] == 7);
    CHECK(run["state"] == "vanished");
    CHECK(run["nodes"][0]["share"] == 0.25);
    CHECK(run["nodes"][0]["by"] == "cpus");
    CHECK(run["nodes"][0]["cpus"] == 1);
    CHECK(run["nodes"][1]["share"] == 1);
    CHECK(run["nodes"][1]["by"] == "exclusive");
    CHECK(run["nodes"][1]["cpus"].is_null());
    CHECK(run["nodes"][2]["share"].is_null());
    CHECK(run["nodes"][2]["joules"].is_null());
    CHECK(run["total"]["joules"] == 30e3);
    CHECK(run["total"]["unknown_nodes"] == 1);
}
