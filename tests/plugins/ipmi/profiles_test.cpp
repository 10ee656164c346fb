#include "plugins/ipmi/profiles.h"

#include <doctest/doctest.h>

#include "daemon/config/toml_file.h"
#include "plugins/ipmi/config.h"
#include "plugins/ipmi/identities.h"
#include "tests/plugins/ipmi/rig.h"
#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::test;
using namespace frugald::ipmi;

namespace {

std::filesystem::path shipped() {
    return std::filesystem::path(FRUGALD_SOURCE_DIR) / "config/profiles/bmc";
}

Result<Profiles> load(const std::filesystem::path& directory) {
    return Profiles::load(directory, read_toml);
}

std::string mistakes(const std::string& profile) {
    const Scratch scratch;
    scratch.write("generic.toml", "summary = \"any\"\n");
    scratch.write("mine.toml", profile);
    const auto profiles = load(scratch.path());
    return profiles ? "" : profiles.error().text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the shipped profiles are read and known by their ids") {
    const auto profiles = load(shipped());
    REQUIRE_MESSAGE(profiles, profiles.error().text);
    const auto name = [&profiles](std::uint32_t manufacturer) {
        return profiles->match({.manufacturer = manufacturer, .product = 7})->name;
    };
    CHECK(name(674) == "dell");
    CHECK(name(2) == "ibm");
    CHECK(name(11) == "hpe");
    CHECK(name(47196) == "hpe");
    CHECK(name(10876) == "supermicro");
    CHECK(name(343) == "intel");
    CHECK(name(19046) == "lenovo");
    CHECK(name(49871) == "openbmc");
    CHECK(name(5771) == "cisco");
    CHECK(name(1) == "generic");
    CHECK(profiles->find("hpe")->workarounds.discrete_reading);
    CHECK(profiles->find("supermicro")->dcmi_retries == 2);
    CHECK_FALSE(profiles->find("cisco")->dcmi_power);
    CHECK_FALSE(profiles->find("cisco")->dcmi_limit);
    // What a profile does not say is as in the generic one.
    CHECK(profiles->find("dell")->node_power.never == profiles->generic()->node_power.never);
    CHECK_FALSE(profiles->find("nobody"));
}

TEST_CASE("a product's own profile goes before its manufacturer's") {
    const Scratch scratch;
    scratch.write("generic.toml", "");
    scratch.write("a.toml", "[match]\nmanufacturer_id = [99]\n");
    scratch.write("b.toml",
                  "[match]\nmanufacturer_id = [99]\nproduct_id = [5]\n"
                  "[limit]\nleast_watts = 200\nmost_watts = 900\n");
    const auto profiles = load(scratch.path());
    REQUIRE(profiles);
    CHECK(profiles->match({.manufacturer = 99, .product = 4})->name == "a");
    CHECK(profiles->match({.manufacturer = 99, .product = 5})->name == "b");
    CHECK(profiles->find("b")->least_limit == Watts{200});
    CHECK(profiles->find("b")->most_limit == Watts{900});
    CHECK_FALSE(profiles->find("a")->least_limit);
}

TEST_CASE("a mistake in a profile is named with its line") {
    CHECK(mistakes("summary = \"x\"\n").empty());
    CHECK(contains(mistakes("summary = \"x\"\nwatts = 3\n"), "mine.toml:2:1"));
    CHECK(contains(mistakes("[dcmi]\nretrys = 3\n"), "did you mean 'retries'"));
    CHECK(contains(mistakes("workarounds = [\"intel21\"]\n"), "is not a workaround"));
    CHECK(contains(mistakes("[match]\nproduct_id = [3]\n"), "manufacturer_id"));
    CHECK(contains(mistakes("[match]\nmanufacturer_id = [9999999]\n"), "mine.toml:2"));
    CHECK(contains(mistakes("[node_power]\nsensors = [\"\"]\n"), "fits every sensor"));
    CHECK(contains(mistakes("[limit]\nleast_watts = 500\nmost_watts = 400\n"), "above"));
    CHECK(contains(mistakes("[sensor_readings]\nno_reading_bytes = [256]\n"), "mine.toml:2"));
}

TEST_CASE("a directory without profiles, or without the generic one, is told with the remedy") {
    const Scratch scratch;
    const auto missing = load(scratch.path() / "nowhere");
    REQUIRE_FALSE(missing);
    CHECK(contains(missing.error().text, "profiles_directory"));
    scratch.write("mine.toml", "");
    const auto partial = load(scratch.path());
    REQUIRE_FALSE(partial);
    CHECK(contains(partial.error().text, "generic.toml"));
}

TEST_CASE("an answer to Get Device ID is read, also of an older BMC") {
    Answer answer;
    const std::uint8_t bytes[] = {0x20, 0x81, 0x82, 0x15, 0x02, 0xbf, 0xa2, 0x02,
                                  0x10, 0x00, 0x01, 0x01, 0x02, 0x03, 0x04};
    answer.data.assign(bytes);
    const auto device = parse_device_id(answer);
    REQUIRE(device);
    CHECK(device->manufacturer == 674);
    CHECK(device->product == 256);
    CHECK(device->firmware == 0x021504030201);
    answer.data.resize(11);
    REQUIRE(parse_device_id(answer));
    CHECK(parse_device_id(answer)->firmware == 0x021500000000);
    answer.data.resize(10);
    CHECK_FALSE(parse_device_id(answer));
}

TEST_CASE("profile = \"auto\" finds the BMC's habits before its sensors are read") {
    const auto profiles = load(shipped());
    REQUIRE(profiles);
    // An HP, whose power meter is a discrete sensor.
    RoomRig room("n1", "127.20.7.1", "sensors = \"every\"\nmanufacturer = 11\nproduct = 8192");
    room.tell("fault n1 dcmi_off");
    auto group = group_with();
    group->identities = std::make_shared<Identities>(std::make_shared<const Profiles>(*profiles));
    Rig rig(config_for({{"n1", "127.20.7.1", RoomRig::port, group}}));
    CHECK(group->identities->habits("n1")->name == "generic");
    rig.start();
    const Seen seen = rig.next([](const Seen& s) { return s.power().has_value(); });
    CHECK(group->identities->habits("n1")->name == "hpe");
    CHECK(seen.source == "sdr");
    CHECK(seen.power() == 300);
}

TEST_CASE("raw readings that a profile calls none are none") {
    RoomRig room("n1", "127.20.7.11", "sensors = \"every\"");
    auto habits = std::make_shared<Habits>();
    habits->no_reading_bytes = {115};  // of PS1 Voltage
    auto group = group_with();
    group->habits = habits;
    Rig rig(config_for({{"n1", "127.20.7.11", RoomRig::port, group}}));
    rig.start();
    const Seen seen = rig.next([](const Seen& s) { return s.values.size() > 5; });
    for (const Seen::Value& value : seen.values) CHECK(value.part_name != "PS1 Voltage");
}
