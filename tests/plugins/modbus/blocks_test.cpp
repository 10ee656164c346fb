#include "plugins/modbus/blocks.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace frugald::modbus;

namespace {

/// "3:10+4 3:30+2"
std::string text(const std::vector<Block>& blocks) {
    std::string all;
    for (const auto& block : blocks)
        all += fmt::format("{}{}:{}+{}", all.empty() ? "" : " ", block.function, block.first,
                           block.count);
    return all;
}

Field at(unsigned first, unsigned count = 2, int function = 3) { return {function, first, count}; }

}  // namespace

TEST_CASE("neighbours are read together, over small gaps, within what one answer holds") {
    struct Row {
        const char* says;
        std::vector<Field> fields;
        Shape shape;
        const char* blocks;
    };
    const Row rows[] = {
        {"nothing", {}, {}, ""},
        {"in any order", {at(12), at(10), at(14)}, {}, "3:10+6"},
        {"the same twice", {at(10), at(10), at(11, 1)}, {}, "3:10+2"},
        {"a gap of 8", {at(10), at(20)}, {}, "3:10+12"},
        {"a gap of 9", {at(10), at(21)}, {}, "3:10+2 3:21+2"},
        {"no gaps wanted", {at(10), at(13)}, {.most_gap = 0}, "3:10+2 3:13+2"},
        {"functions apart", {at(10), at(12, 2, 4)}, {}, "3:10+2 4:12+2"},
        {"a hole between", {at(10), at(14)}, {.holes = {{12, 13}}}, "3:10+2 3:14+2"},
        {"a hole inside", {at(10), at(14)}, {.holes = {{11, 11}}}, "3:14+2"},
        {"what fits", {at(0), at(8), at(16)}, {.most_registers = 10}, "3:0+10 3:16+2"},
        {"the last register", {at(65534)}, {}, "3:65534+2"},
        {"beyond the last", {at(65535)}, {}, ""},
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.says});
        CHECK(text(plan_blocks(row.fields, row.shape)) == row.blocks);
    }
    std::vector<Field> many;
    for (unsigned first = 0; first < 400; first += 2) many.push_back(at(first));
    CHECK(text(plan_blocks(many, {})) == "3:0+124 3:124+124 3:248+124 3:372+28");
}

TEST_CASE("a refused block is parted at its widest gap until single numbers are left") {
    const auto blocks = plan_blocks({at(10), at(12), at(20), at(22)}, {});
    REQUIRE(blocks.size() == 1);
    const auto halves = split(blocks[0]);
    CHECK(text(halves) == "3:10+4 3:20+4");
    CHECK(text(split(halves[0])) == "3:10+2 3:12+2");
    CHECK(split(split(halves[0])[0]).empty());
}

TEST_CASE("an image gives whole fields or nothing") {
    Image image;
    image.put(3, 10, {1, 2, 3});
    CHECK(image.at(at(11)).size() == 2);
    CHECK(image.at(at(11))[0] == 2);
    CHECK(image.at(at(12)).empty());
    CHECK(image.at(at(9)).empty());
    CHECK(image.at(at(10, 2, 4)).empty());
}
