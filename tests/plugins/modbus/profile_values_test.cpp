#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "tests/plugins/modbus/rig.h"
#include "tests/plugins/modbus/server.h"

using namespace frugald;

namespace {

constexpr const char* host = "127.27.0.1";
constexpr double watt_hour = 3600;

struct Placed {
    unsigned first;
    Words words;
};

/// A device's registers, from its maker's table, and what they mean.
struct Row {
    const char* profile;
    int function;
    std::vector<Placed> registers;
    std::map<std::string, double> expected;
    const char* more = "";
};

/// 26.5, 27.1 and 27.9 kW at 230.1, 231.2 and 232.3 V; 1,234,567.8 kWh in, 12 kWh out.
std::map<std::string, double> usual(double energy_watt_hours) {
    return {{"power_watts total", 81500},
            {"power_watts line L1", 26500},
            {"power_watts line L2", 27100},
            {"power_watts line L3", 27900},
            {"voltage_volts line L1", 230.1},
            {"voltage_volts line L2", 231.2},
            {"voltage_volts line L3", 232.3},
            {"current_amperes line L1", 118.25},
            {"current_amperes line L2", 119.5},
            {"current_amperes line L3", 120.75},
            {"energy_joules total", energy_watt_hours * watt_hour}};
}

std::vector<Placed> floats(unsigned power, unsigned lines, unsigned volts, unsigned amperes,
                           double unit) {
    const auto at = [](unsigned first, unsigned line) { return first + 2 * line; };
    return {{power, f32(81500 / unit)},        {at(lines, 0), f32(26500 / unit)},
            {at(lines, 1), f32(27100 / unit)}, {at(lines, 2), f32(27900 / unit)},
            {at(volts, 0), f32(230.1)},        {at(volts, 1), f32(231.2)},
            {at(volts, 2), f32(232.3)},        {at(amperes, 0), f32(118.25)},
            {at(amperes, 1), f32(119.5)},      {at(amperes, 2), f32(120.75)}};
}

std::vector<Placed> with(std::vector<Placed> all, std::vector<Placed> more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<Placed> abb() {
    return {{0x5B14, i32(8150000)}, {0x5B16, i32(2650000)},   {0x5B18, i32(2710000)},
            {0x5B1A, i32(2790000)}, {0x5B00, u32(2301)},      {0x5B02, u32(2312)},
            {0x5B04, u32(2323)},    {0x5B0C, u32(11825)},     {0x5B0E, u32(11950)},
            {0x5B10, u32(12075)},   {0x5000, u64(123456780)}, {0x5004, u64(1200)}};
}

std::vector<Placed> em24(unsigned energy, unsigned exported) {
    std::vector<Placed> all{{0x28, i32(815000)}, {0x12, i32(265000)},     {0x14, i32(271000)},
                            {0x16, i32(279000)}, {0x00, i32(2301)},       {0x02, i32(2312)},
                            {0x04, i32(2323)},   {0x0C, i32(118250)},     {0x0E, i32(119500)},
                            {0x10, i32(120750)}, {energy, i32(12345678)}, {exported, i32(120)}};
    for (auto& one : all) one.words = low_first(one.words);
    return all;
}

std::vector<Placed> socomec() {
    return {{50536, i32(8150)},   {50544, i32(2650)},  {50546, i32(2710)},  {50548, i32(2790)},
            {50520, u32(23010)},  {50522, u32(23120)}, {50524, u32(23230)}, {50528, u32(118250)},
            {50530, u32(119500)}, {50532, u32(120750)}};
}

std::map<std::string, double> without(std::map<std::string, double> all, const char* start) {
    std::erase_if(all, [start](const auto& one) { return one.first.starts_with(start); });
    return all;
}

const std::vector<Row> rows{
    {"schneider", 3,
     with(floats(3059, 3053, 3027, 2999, 1000), {{3203, u64(1234567800)}, {3207, u64(12000)}}),
     usual(1234567800)},
    {"schneider", 3,
     with(floats(3059, 3053, 3027, 2999, 1000), {{3203, u64(1234567800)}, {3207, u64(12000)}}),
     [] {
         auto all = usual(12000);
         for (auto& [name, value] : all)
             if (name.starts_with("power_watts")) value = -value;
         return all;
     }(),
     "reverse = true"},
    {"janitza-umg", 3,
     with(floats(19026, 19020, 19000, 19012, 1), {{19068, f32(16000000)}, {19076, f32(12000)}}),
     usual(16000000)},
    {"abb-b23", 3, abb(), usual(1234567800)},
    {"carlo-gavazzi-em24", 4, em24(0x42, 0x5C), usual(1234567800)},
    {"carlo-gavazzi-em24-e1", 4, em24(0x34, 0x4E), usual(1234567800)},
    {"siemens-pac", 4,
     with(floats(65, 25, 1, 13, 1), {{801, f64(1234567800.25)}, {809, f64(12000)}}),
     usual(1234567800.25)},
    {"eastron-sdm630", 4,
     with(floats(0x34, 0x0C, 0x00, 0x06, 1), {{0x48, f32(1234.5)}, {0x4A, f32(12)}}),
     usual(1234500)},
    {"socomec-countis-e", 3, socomec(), without(usual(0), "energy")},
    {"socomec-digiware",
     3,
     {{4163, u64(12345678000)}},
     {{"energy_joules total", 1234567800 * watt_hour}}},
    {"acrel-adw300",
     3,
     {{36, i32(81500)},
      {62, i32(123456780)},
      {20, u16(2301)},
      {21, u16(2312)},
      {22, u16(2323)},
      {26, u16(11825)},
      {27, u16(11950)},
      {28, u16(12075)}},
     without(usual(1234567800), "power_watts line")},
    {"sunspec-meter",
     3,
     {{40000, {0x5375, 0x6e53}},
      {40002, {1, 66}},
      {40070, {203, 105}},
      {40072, Words{3585, 1183, 1195, 1208, 0xffff}},  // A, 10^-1
      {40077, Words{0x8000, 2301, 2312, 2323, 0x8000, 0x8000, 0x8000, 0x8000, 0xffff}},
      {40086, Words{0x8000, 0x8000}},
      {40088, Words{8150, 2650, 2710, 2790, 1}},  // W, 10^1
      {40108, u32(12)},
      {40116, u32(12345678)},
      {40124, u16(2)}},
     [] {
         auto all = usual(1234567800);
         all["current_amperes total"] = 358.5;
         all["current_amperes line L1"] = 118.3;
         all["current_amperes line L3"] = 120.8;
         return all;
     }()},
    {"sunspec-meter",
     3,
     {{50000, {0x5375, 0x6e53}},
      {50002, {1, 4}},
      {50008, {213, 124}},
      {50010, f32(358.5)},
      {50012, f32(118.25)},
      {50014, f32(119.5)},
      {50016, f32(120.75)},
      {50018, Words{0x7fc0, 0}},
      {50020, f32(230.1)},
      {50022, f32(231.2)},
      {50024, f32(232.3)},
      {50036, f32(81500)},
      {50038, f32(26500)},
      {50040, f32(27100)},
      {50042, f32(27900)},
      {50068, f32(12000)},
      {50076, f32(16000000)}},
     [] {
         auto all = usual(16000000);
         all["current_amperes total"] = 358.5;
         return all;
     }()},
};

}  // namespace

TEST_CASE("each profile turns its device's registers into base units") {
    std::set<std::string> tried;
    for (const auto& row : rows) {
        CAPTURE(row.profile);
        CAPTURE(row.more);
        tried.insert(row.profile);
        Server server{host};
        for (const auto& [first, words] : row.registers) server.put(9, row.function, first, words);
        Rig rig{meter("m", row.profile, host, 9, row.more)};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
        const auto seen = rig.of("m").front();
        REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
        CHECK(seen.source == fmt::format("modbus:{}", row.profile));
        CHECK(seen.refused.empty());
        for (const auto& [name, value] : row.expected) {
            CAPTURE(name);
            REQUIRE(seen.values.contains(name));
            CHECK(seen.values.at(name) == doctest::Approx(value).epsilon(1e-6));
        }
        CHECK(seen.values.size() == row.expected.size());
    }
    for (const auto& file :
         std::filesystem::directory_iterator{source_root() / "config/profiles/meter"})
        CHECK_MESSAGE(tried.contains(file.path().stem().string()), file.path().string());
}

TEST_CASE("ratios of transformers are applied where the site names them") {
    Server server{host};
    for (const auto& [first, words] : abb()) server.put(1, 3, first, words);
    Rig rig{meter("m", "abb-b23", host, 1, "ct_ratio = 40\nvt_ratio = 2")};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
    const auto values = rig.of("m").front().values;
    CHECK(values.at("power_watts total") == doctest::Approx(81500 * 80));
    CHECK(values.at("current_amperes line L1") == doctest::Approx(118.25 * 40));
    CHECK(values.at("voltage_volts line L1") == doctest::Approx(230.1 * 2));
    CHECK(values.at("energy_joules total") == doctest::Approx(1234567800.0 * 80 * watt_hour));
}

TEST_CASE("what a device marks as no value is absent, never 0") {
    Server server{host};
    for (const auto& [first, words] : abb()) server.put(1, 3, first, words);
    server.put(1, 3, 0x5B1A, u32(0x7fffffff));
    server.put(1, 3, 0x5B04, u32(0xffffffff));
    server.put(1, 3, 0x5000, u64(~0ULL));
    Rig rig{meter("m", "abb-b23", host)};
    rig.start();
    REQUIRE(rig.run_until([&] { return !rig.of("m").empty(); }));
    const auto values = rig.of("m").front().values;
    CHECK(values.size() == 8);
    for (const char* name : {"power_watts line L3", "voltage_volts line L3", "energy_joules total"})
        CHECK_MESSAGE(!values.contains(name), name);
}
