#include "daemon/telemetry/sums.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/tree_picture.h"

using namespace frugald;

namespace {

void add(Snapshot& picture, const std::string& name, std::optional<double> watts,
         std::vector<std::string> partitions, Quality quality = Quality::good) {
    Node& node = picture.nodes[name];
    node.name = name;
    if (watts) node.power = Measurement{*watts, picture.at.wall, "dcmi", quality};
    if (partitions.empty()) return;
    node.scheduler.emplace();
    node.scheduler->partitions = std::move(partitions);
}

std::vector<std::string> lines(const Snapshot& picture) {
    std::vector<std::string> all;
    for (const auto& sample : sums_of(picture)) {
        CHECK(sample.at == picture.at.wall);
        all.push_back(fmt::format("{} {} {} {} {}", to_string(sample.kind), sample.device,
                                  sample.source, to_string(sample.quantity), sample.value));
    }
    std::ranges::sort(all);
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("sums are of good readings only, and say which part that is") {
    Snapshot picture;
    add(picture, "n1", 100, {"cpu", "all"});
    add(picture, "n2", 200, {"all"});
    add(picture, "n3", 400, {"all"}, Quality::stale);
    add(picture, "n4", std::nullopt, {});
    CHECK(lines(picture) ==
          Lines{"cluster cluster sum coverage_ratio 0.5", "cluster cluster sum power_watts 300",
                "partition all sum coverage_ratio 0.6666666666666666",
                "partition all sum power_watts 300", "partition cpu sum coverage_ratio 1",
                "partition cpu sum power_watts 100"});
}

TEST_CASE("where nothing is measured there is no sum, not 0 W") {
    Snapshot picture;
    CHECK(lines(picture).empty());
    add(picture, "n1", 300, {"cpu"}, Quality::estimated);
    CHECK(lines(picture).empty());
}

TEST_CASE("a level of the tree has the sum of its nodes and its own measurement") {
    Snapshot picture;
    auto tree = std::make_shared<TreePicture>();
    TreeLevel rack1, rack2;
    rack1.name = "rack1";
    rack1.measured = Watts{1100};
    rack1.nodes = {.watts = Watts{900}, .known = 3, .all = 4};
    rack2.name = "rack2";
    rack2.nodes = {.watts = Watts{0}, .known = 0, .all = 4};
    tree->levels = {rack1, rack2};
    picture.tree = tree;
    CHECK(lines(picture) == Lines{"level rack1 measured power_watts 1100",
                                  "level rack1 sum coverage_ratio 0.75",
                                  "level rack1 sum power_watts 900"});
}
