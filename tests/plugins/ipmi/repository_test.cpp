#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "plugins/ipmi/identities.h"
#include "tests/plugins/ipmi/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

bool has_sensors(const Seen& seen) { return seen.source == "sdr" && seen.values.size() > 5; }

ipmi::BmcConfig bmc(const std::string& address, const std::shared_ptr<ipmi::Group>& group) {
    return {"n1", address, RoomRig::port, group};
}

/// Commands of this kind that the room's first node has been sent, of the last 4,096.
std::size_t commands(RoomRig& room, const std::string& net_fn_and_command) {
    std::istringstream lines(room.tell("log reads"));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);)
        count += line.ends_with(net_fn_and_command) ? 1U : 0U;
    return count;
}
constexpr const char* get_info = " 0ah 20h";
constexpr const char* get_record = " 0ah 23h";
constexpr const char* get_device_record = " 04h 21h";

std::optional<double> find(const Seen& seen, Quantity quantity, const std::string& name) {
    for (const Seen::Value& value : seen.values)
        if (value.quantity == quantity && value.part_name == name) return value.value;
    return std::nullopt;
}

/// Without DCMI and with a repository that is looked at when a sensor is missing, or each second.
std::shared_ptr<ipmi::Group> without_dcmi(std::chrono::milliseconds repository_interval) {
    auto group = group_with();
    group->repository_interval = repository_interval;
    return group;
}

}  // namespace

TEST_CASE("B9: renumbered sensors go on under their names, in the same session") {
    RoomRig room("n1", "127.20.6.1", "sensors = \"every\"\nnoise_percent = 0");
    room.tell("watts n1 300");
    room.tell("fault n1 dcmi_off");
    Rig rig(config_for({bmc("127.20.6.1", without_dcmi(1h))}));
    rig.start();
    const Seen before = rig.next(has_sensors);
    CHECK(rig.next([](const Seen& s) { return s.power().has_value(); }).power() == 300);

    room.tell("fault n1 renumber");
    rig.next([](const Seen& s) { return s.source == "sdr" && s.values.size() < 5; });
    const Seen after = rig.next(has_sensors);
    CHECK(after.values.size() == before.values.size());
    CHECK(after.values.front().part_name != before.values.front().part_name);
    for (const Seen::Value& value : before.values) {
        CAPTURE(value.part_name);
        CHECK(find(after, value.quantity, value.part_name) == value.value);
    }
    CHECK(find(after, Quantity::temperature_celsius, "Temp (Processor 1)") == 51);
    CHECK(find(after, Quantity::temperature_celsius, "Temp (Processor 2)") == 52);
    rig.collector.seen.clear();
    CHECK(rig.next([](const Seen& s) { return s.power().has_value(); }).power() == 300);
    CHECK(room.tell("status").find("sessions=1") != std::string::npos);
}

TEST_CASE("B9: after a change of the factor by ten the watts stay what they are") {
    RoomRig room("n1", "127.20.6.11", "noise_percent = 0");
    room.tell("watts n1 300");
    room.tell("fault n1 dcmi_off");
    Rig rig(config_for({bmc("127.20.6.11", without_dcmi(1s))}));
    rig.start();
    const Seen before = rig.next(has_sensors);
    CHECK(find(before, Quantity::power_watts, "Node Power") == 300);
    room.tell("fault n1 rescale");
    // Until the stamp is looked at, the old factor makes 30 W of it.
    const Seen after = rig.next([](const Seen& s) {
        return find(s, Quantity::power_watts, "Node Power") == 300 && has_sensors(s);
    });
    CHECK(find(after, Quantity::power_watts, "PS1 Input Power") ==
          find(before, Quantity::power_watts, "PS1 Input Power"));
    CHECK(after.values.size() == before.values.size());
}

TEST_CASE("B9: the node's power goes on also where no other sensor is read") {
    RoomRig room("n1", "127.20.6.71", "noise_percent = 0");
    room.tell("watts n1 300");
    room.tell("fault n1 dcmi_off");
    auto group = without_dcmi(1h);
    group->sensors = false;
    Rig rig(config_for({bmc("127.20.6.71", group)}));
    rig.start();
    const auto has_power = [](const Seen& s) { return s.power().has_value(); };
    CHECK(rig.next(has_power).power() == 300);
    room.tell("fault n1 renumber");
    room.tell("watts n1 270");
    CHECK(rig.next([&](const Seen& s) { return has_power(s) && s.power() != 300; }).power() == 270);
}

TEST_CASE("B9: records that change while they are read are read again from the start") {
    RoomRig room("n1", "127.20.6.81", "noise_percent = 0");
    room.tell("fault n1 delay 20");
    Rig rig(config_for({bmc("127.20.6.81", without_dcmi(1h))}));
    rig.start();
    REQUIRE(rig.until([&] { return commands(room, get_record) >= 5; }));
    room.tell("fault n1 renumber");
    const Seen seen = rig.next(has_sensors);
    CHECK(seen.values.size() == 11);
    CHECK(seen.values.front().part_name == "Node Power");  // the new order, from the first record
    CHECK(commands(room, get_record) == 26);
}

TEST_CASE("a sensor that is never there does not have the stamp read again and again") {
    RoomRig room("n1", "127.20.6.21", "sensors = \"every\"");  // with a "Ghost Temp"
    auto group = group_with();
    Rig rig(config_for({bmc("127.20.6.21", group)}));
    rig.start();
    for (int i = 0; i < 6; ++i) rig.next(has_sensors);
    // The first look, the one after the records, and one because of the ghost.
    CHECK(commands(room, get_info) == 3);
}

TEST_CASE("records come whole, in shrinking pieces, or from the device: the same sensors") {
    RoomRig room("n[1-5]", "127.20.6.31", "sensors = \"every\"\nnoise_percent = 0");
    room.tell("watts n[1-5] 300");
    room.tell("fault n2 short_records 11");     // whole records and 16 bytes are too much
    room.tell("fault n3 lost_reservations 7");  // every seventh read ends the reservation
    room.tell("fault n3 short_records 16");
    room.tell("fault n4 no_repository");
    room.tell("fault n5 endless_records");
    std::vector<ipmi::BmcConfig> bmcs;
    for (int i = 1; i <= 5; ++i)
        bmcs.push_back(
            {fmt::format("n{}", i), fmt::format("127.20.6.3{}", i), RoomRig::port, group_with()});
    Rig rig(config_for(bmcs));
    rig.start();
    std::vector<std::string> expected;
    for (int i = 1; i <= 5; ++i) {
        const std::string node = fmt::format("n{}", i);
        CAPTURE(node);
        const auto wanted = [&node](const Seen& s) { return s.device == node && has_sensors(s); };
        rig.until([&] { return rig.collector.last(wanted) != nullptr; }, 30s);
        const Seen* const seen = rig.collector.last(wanted);
        REQUIRE(seen);
        std::vector<std::string> names;
        for (const Seen::Value& value : seen->values) names.push_back(value.part_name);
        if (i == 1) expected = names;
        CHECK(names == expected);
    }
    CHECK(commands(room, get_device_record) > 0);
}

TEST_CASE("a BMC that cancels every reservation is told as such, and asked again later") {
    RoomRig room("n1", "127.20.6.41");
    room.tell("fault n1 lost_reservations 1");
    room.tell("fault n1 dcmi_off");
    Rig rig(config_for({bmc("127.20.6.41", group_with())}));
    rig.start();
    CHECK_FALSE(rig.until([&] { return rig.collector.last(has_sensors) != nullptr; }, 1500ms));
    room.tell("clear n1");
    rig.next(has_sensors);
}

TEST_CASE("assumemaxsdrrecordcount: no more records are read than the BMC said there are") {
    RoomRig room("n1", "127.20.6.51");
    room.tell("fault n1 endless_records");
    auto group = group_with();
    group->workarounds.assume_record_count = true;
    Rig rig(config_for({bmc("127.20.6.51", group)}));
    rig.start();
    rig.next(has_sensors);
    CHECK(commands(room, get_record) == 13);
}

TEST_CASE("a restarted daemon reads one stamp, not thirteen records") {
    RoomRig room("n1", "127.20.6.61", "noise_percent = 0");
    const Scratch state;
    auto group = group_with();
    Seen first;
    {
        Rig rig(config_for({bmc("127.20.6.61", group)}), state.path());
        rig.start();
        first = rig.next(has_sensors);
    }
    CHECK(commands(room, get_record) == 13);
    const std::size_t stamps = commands(room, get_info);
    {
        Rig rig(config_for({bmc("127.20.6.61", group)}), state.path());
        rig.start();
        const Seen again = rig.next(has_sensors);
        CHECK(again.values.size() == first.values.size());
        CHECK(again.values.front().part_name == first.values.front().part_name);
    }
    CHECK(commands(room, get_record) == 13);
    CHECK(commands(room, get_info) == stamps + 1);

    room.tell("fault n1 reboot");  // another stamp
    {
        Rig rig(config_for({bmc("127.20.6.61", group)}), state.path());
        rig.start();
        rig.next(has_sensors);
    }
    CHECK(commands(room, get_record) == 26);

    for (const auto& file : std::filesystem::directory_iterator(state.path() / "sdr"))
        std::ofstream(file.path(), std::ios::trunc) << "rubbish";
    {
        Rig rig(config_for({bmc("127.20.6.61", group)}), state.path());
        rig.start();
        CHECK(rig.next(has_sensors).values.size() == first.values.size());
    }
    CHECK(commands(room, get_record) == 39);
}

TEST_CASE("B9: a repository without a time is the old one only while the firmware is") {
    RoomRig room("n1", "127.20.6.91", "noise_percent = 0");
    room.tell("fault n1 timeless");
    const Scratch state;
    auto group = without_dcmi(1s);
    {
        Rig rig(config_for({bmc("127.20.6.91", group)}), state.path());
        rig.start();
        rig.next(has_sensors);
        CHECK(commands(room, get_record) == 13);
        room.tell("fault n1 firmware 7");
        room.tell("fault n1 renumber");  // with the same stamp: 13 records at time 0
        CHECK(rig.until([&] { return commands(room, get_record) == 26; }));
        rig.collector.seen.clear();
        CHECK(rig.next(has_sensors).values.front().part_name == "Node Power");
    }
    Rig again(config_for({bmc("127.20.6.91", group)}), state.path());
    again.start();
    CHECK(again.next(has_sensors).values.front().part_name == "Node Power");
    CHECK(commands(room, get_record) == 26);
}
