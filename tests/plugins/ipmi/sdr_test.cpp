#include "plugins/ipmi/sdr.h"

#include <doctest/doctest.h>

#include <random>

#include "plugins/ipmi/factors.h"
#include "plugins/ipmi/id_string.h"
#include "plugins/ipmi/units.h"

using namespace frugald;
using namespace frugald::ipmi;

namespace {

using Record = std::vector<std::uint8_t>;

/// A full record of a sensor of this unit; M 1, everything else 0.
Record full_record(std::uint8_t number, const std::string& name, std::uint8_t unit,
                   std::uint8_t entity = 7, std::uint8_t instance = 1) {
    Record record{0,    0,   0x51, 0x01, 0,    0x20, 0,    number, entity, instance, 0x7f, 0x47,
                  0x0b, 1,   0x80, 0x02, 0x80, 0x32, 0x18, 0,      0,      unit,     0,    0,
                  1,    0,   0,    0,    0x01, 0,    0,    0,      0,      0,        0xff, 0,
                  0,    250, 240,  0,    0,    0,    1,    1,      0,      0,        0};
    record.push_back(static_cast<std::uint8_t>(0xc0 | name.size()));
    record.insert(record.end(), name.begin(), name.end());
    record[4] = static_cast<std::uint8_t>(record.size() - 5);
    return record;
}

constexpr std::uint8_t celsius = 1, watts = 6;
constexpr std::uint8_t processor = 3, power_supply = 10;

Repository together(const std::vector<Record>& records) {
    Repository repository;
    for (const Record& record : records) repository.append(record.begin(), record.end());
    return repository;
}

std::vector<std::string> names(const SensorTable& table) {
    std::vector<std::string> list;
    for (const Sensor& sensor : table.sensors) list.push_back(sensor.name);
    return list;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("odd records are left out, and the good ones beside them are kept") {
    const Record good = full_record(1, "Inlet", celsius);
    Record oem{0, 0, 0x51, 0xc0, 3, 0x57, 1, 0};
    Record unknown_type = good, no_name = full_record(2, "", celsius);
    unknown_type[3] = 0x77;
    Record no_number = full_record(0xff, "None", celsius);
    Record not_analog = full_record(3, "Digital", celsius);
    not_analog[20] = 0xc0;
    Record odd_formula = full_record(4, "Odd", celsius);
    odd_formula[23] = 0x2a;
    Record other_owner = full_record(5, "ME", celsius);
    other_owner[5] = 0x2c;
    Record empty{0, 0, 0x51, 0x01, 0};
    Record short_full{0, 0, 0x51, 0x01, 7, 0x20, 0, 1, 7, 1, 0x7f, 0x47};
    for (const Record& odd : {oem, unknown_type, no_name, no_number, not_analog, odd_formula,
                              other_owner, empty, short_full}) {
        CAPTURE(odd[3]);
        CAPTURE(odd.size());
        CHECK(names(parse_repository(together({odd, good}), {})) == Names{"Inlet"});
        CHECK(names(parse_repository(together({good, odd}), {})) == Names{"Inlet"});
    }
    Workarounds assume;
    assume.assume_bmc_owner = true;
    CHECK(names(parse_repository(together({other_owner}), assume)) == Names{"ME"});
}

TEST_CASE("a record that is longer than what there is ends the repository") {
    const Record good = full_record(1, "Inlet", celsius);
    Record absurd = full_record(2, "Long", celsius);
    absurd[4] = 0xff;
    CHECK(names(parse_repository(together({good, absurd}), {})) == Names{"Inlet"});
    const Repository whole = together({good, full_record(2, "Board", celsius)});
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(parse_repository(whole.substr(0, size), {}).sensors.size() ==
              (size >= good.size() ? 1 : 0));
    CHECK(parse_repository("", {}).sensors.empty());
}

TEST_CASE("no bytes break the parser") {
    std::mt19937 random(7);
    Workarounds all;
    all.discrete_reading = all.assume_bmc_owner = true;
    const Repository seed = together({full_record(1, "Inlet", celsius), full_record(2, "W", watts),
                                      full_record(3, "PS1 In", watts, power_supply)});
    for (int round = 0; round < 20000; ++round) {
        Repository mutated = seed;
        for (int change = 0; change < 1 + round % 8; ++change)
            mutated[random() % mutated.size()] = static_cast<char>(random());
        const SensorTable table = parse_repository(mutated, all);
        REQUIRE(table.sensors.size() <= mutated.size());
        for (const Sensor& sensor : table.sensors) {
            for (const char c : sensor.name) REQUIRE((c >= ' ' && c <= '~'));
            for (const unsigned raw : {0U, 127U, 128U, 255U}) {
                const auto value = sensor.value(static_cast<std::uint8_t>(raw));
                if (value) REQUIRE(std::isfinite(*value));
            }
        }
        for (const std::size_t index : table.node_power) REQUIRE(index < table.sensors.size());
    }
}

TEST_CASE("sensors of one name are told apart by their entity, whatever their order") {
    const Record first = full_record(1, "Temp", celsius, processor, 1);
    const Record second = full_record(2, "Temp", celsius, processor, 2);
    const Record single = full_record(3, "Inlet", celsius);
    CHECK(names(parse_repository(together({first, second, single}), {})) ==
          Names{"Temp (Processor 1)", "Temp (Processor 2)", "Inlet"});
    CHECK(names(parse_repository(together({single, second, first}), {})) ==
          Names{"Inlet", "Temp (Processor 2)", "Temp (Processor 1)"});
    const Record strange = full_record(4, "Temp", celsius, 0xa5, 0x62);
    CHECK(names(parse_repository(together({first, strange}), {})) ==
          Names{"Temp (Processor 1)", "Temp (entity 165.2)"});
    CHECK(names(parse_repository(together({first, first}), {})) ==
          Names{"Temp (Processor 1)", "Temp (Processor 1) 2"});
    // Another quantity is another series: no need to tell these apart.
    CHECK(names(parse_repository(together({first, full_record(5, "Temp", watts)}), {})) ==
          Names{"Temp", "Temp"});
}

TEST_CASE("the node's power: by the profile's names, by entity, else the supplies' inputs") {
    Habits habits;
    habits.node_power.wanted = {"system level", "total"};
    habits.node_power.never = {"cpu"};
    habits.supply_input.wanted = {"power in"};
    habits.supply_input.never = {"out"};
    const auto power = [&habits](const std::vector<Record>& records) {
        const SensorTable table = parse_repository(together(records), {}, habits);
        std::string text;
        for (const std::size_t index : table.node_power)
            text += (text.empty() ? "" : "+") + table.sensors[index].name;
        return text;
    };
    const Record level = full_record(1, "System Level", watts);
    const Record cpu = full_record(2, "CPU Total", watts);
    const Record board = full_record(3, "Board", watts);
    const Record in1 = full_record(4, "PS1 Power In", watts, power_supply, 1);
    const Record in2 = full_record(5, "PS2 Power In", watts, power_supply, 2);
    const Record out1 = full_record(6, "PS1 Power Out", watts, power_supply, 1);
    const Record supply = full_record(7, "Power Supply 1", watts, power_supply, 1);
    CHECK(power({cpu, board, level, in1}) == "System Level");
    CHECK(power({cpu, board, in1}) == "Board");
    CHECK(power({cpu, in1, out1, in2, supply}) == "PS1 Power In+PS2 Power In");
    CHECK(power({cpu, out1, supply}) == "Power Supply 1");
    CHECK(power({cpu, out1}).empty());
    // Its exact name is enough, on whatever entity.
    CHECK(power({full_record(8, "Total", watts, processor)}) == "Total");
    CHECK(power({full_record(8, "Sum Total", watts, processor)}).empty());
}

TEST_CASE("units: what is stored, converted or left out") {
    const auto quantity = [](const UnitBytes& bytes) -> std::optional<Quantity> {
        const auto unit = unit_of(bytes);
        return unit ? std::optional(unit->quantity) : std::nullopt;
    };
    CHECK(quantity({.base = 4}) == Quantity::voltage_volts);
    CHECK(quantity({.base = 5}) == Quantity::current_amperes);
    CHECK(quantity({.base = 6}) == Quantity::power_watts);
    CHECK(quantity({.base = 18}) == Quantity::fan_speed_rpm);
    CHECK(quantity({.rate = 4, .base = 41}) == Quantity::fan_speed_rpm);
    CHECK(quantity({.base = 6, .modifier_unit = 24}) == Quantity::power_watts);
    CHECK_FALSE(quantity({.percentage = 1, .base = 0}));
    CHECK_FALSE(quantity({.percentage = 1, .base = 18}));
    CHECK_FALSE(quantity({.modifier = 1, .base = 6, .modifier_unit = 24}));
    CHECK_FALSE(quantity({.modifier = 2, .base = 6, .modifier_unit = 24}));
    CHECK_FALSE(quantity({.rate = 5, .base = 6}));
    CHECK_FALSE(quantity({.base = 9}));   // VA
    CHECK_FALSE(quantity({.base = 17}));  // CFM
    Sensor sensor;
    sensor.factors.m = 1;
    sensor.unit = *unit_of({.base = 2});
    CHECK(*sensor.value(212) == doctest::Approx(100));
    sensor.unit = *unit_of({.base = 3});
    CHECK(*sensor.value(255) == doctest::Approx(-18.15));
}

TEST_CASE("factors of one reading are read with their signs") {
    Answer answer;
    const std::uint8_t bytes[] = {0x80, 0x03, 0x00, 0x00, 0xc0, 0x00, 0xfe};
    answer.data.assign(bytes);
    const auto factors = parse_sensor_reading_factors(answer);
    REQUIRE(factors);
    CHECK(*factors == Factors{.m = 3, .b = -256, .b_exponent = -2, .r_exponent = -1});
    answer.data.resize(6);
    CHECK_FALSE(parse_sensor_reading_factors(answer));
    answer.data.assign(bytes);
    answer.completion_code = 0xcb;
    CHECK_FALSE(parse_sensor_reading_factors(answer));
}

TEST_CASE("names are unpacked and become printable") {
    const auto text = [](const std::vector<std::uint8_t>& bytes) { return id_string(bytes); };
    CHECK(text({0xc3, 'F', 'A', 'N'}) == "FAN");
    CHECK(text({0xc8, 'F', 'A', 'N'}) == "FAN");
    CHECK(text({0xc3, 'A', 0xe9, 0x07}) == "A??");
    CHECK(text({0xc4, 'A', ' ', 0, 'B'}) == "A");
    CHECK(text({0x83, 0x29, 0xdc, 0xa6}) == "IPMI");  // the specification's example, 43.15
    CHECK(text({0x43, 0x12, 0x3b, 0x4c}) == "123-4.");
    CHECK(text({0xc0}).empty());
    CHECK(text({}).empty());
}
