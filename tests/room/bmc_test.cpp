#include "tests/room/bmc/bmc.h"

#include <doctest/doctest.h>

#include "tests/room/bmc/client.h"
#include "tests/room/machine/machines.h"

using namespace frugald;
using namespace frugald::room;

namespace {

/// One BMC and a console, without a network between them.
struct Rig {
    Loop loop;
    Journal journal;
    Machines machines{loop, journal};
    Chassis chassis{loop, journal, machines};
    Firmware firmware{chassis, journal, 1};
    Crypto crypto;
    NodeKind kind{PowerProfile{}};
    std::unique_ptr<Node> node;
    TimePoint now = loop.now();

    Rig() {
        kind.user = "admin";
        kind.password = "secret12";
        kind.machine.clear();
        node = std::make_unique<Node>("n1", 0, kind, 1, true, now);
    }

    Packet exchange(const Packet& request) {
        Packet answer;
        firmware.answer(*node, request.view(), now, answer);
        return answer;
    }
    Console login(Suite suite, const std::string& user = "admin",
                  const std::string& password = "secret12", std::uint32_t id = 77) {
        Console console(crypto, suite, id, user, password);
        Packet answer = exchange(console.open_session());
        answer = exchange(console.rakp1(answer.view()));
        if (console.status() != 0) return console;
        answer = exchange(console.rakp3(answer.view()));
        if (console.status() == 0) console.finish(answer.view());
        return console;
    }
    std::optional<Console::Response> run(Console& console, std::uint8_t function,
                                         std::uint8_t number, std::vector<std::uint8_t> data = {}) {
        return console.read(exchange(console.command(function, number, data)).view());
    }
};

constexpr std::uint8_t no_privilege = 0xd4, invalid_command = 0xc1;

}  // namespace

TEST_CASE("both suites: set-up, a raised privilege, a command, the end") {
    for (const Suite suite : {Suite::sha1, Suite::sha256}) {
        Rig rig;
        Console console = rig.login(suite);
        REQUIRE(console.ready());
        CHECK(rig.run(console, chassis_function, 0x02, {0})->completion == no_privilege);
        CHECK(rig.run(console, app_function, 0x3b, {4})->data == std::vector<std::uint8_t>{4});
        CHECK(rig.run(console, chassis_function, 0x02, {0})->completion == 0);
        CHECK_FALSE(rig.node->power.on());
        CHECK(rig.run(console, chassis_function, 0x01)->data[0] == 0);
        const std::uint32_t id = console.session_id();
        const std::vector<std::uint8_t> close = {
            static_cast<std::uint8_t>(id), static_cast<std::uint8_t>(id >> 8),
            static_cast<std::uint8_t>(id >> 16), static_cast<std::uint8_t>(id >> 24)};
        CHECK(rig.run(console, app_function, 0x3c, close)->completion == 0);
        CHECK(rig.node->sessions.count(rig.now) == 0);
        CHECK_FALSE(rig.run(console, app_function, 0x01).has_value());
    }
}

TEST_CASE("a wrong user, password, suite or a full house is refused as a BMC does it") {
    Rig rig;
    CHECK(rig.login(Suite::sha1, "nobody").status() == 0x0d);
    CHECK(rig.login(Suite::sha1, "admin", "wrong").status() == 0x0f);
    rig.kind.suites = {Suite::sha256};
    CHECK(rig.login(Suite::sha1).status() != 0);
    rig.now += std::chrono::seconds(10);
    for (std::uint32_t id = 1; id <= 4; ++id)
        CHECK(rig.login(Suite::sha256, "admin", "secret12", id).ready());
    Console fifth(rig.crypto, Suite::sha256, 5, "admin", "secret12");
    fifth.rakp1(rig.exchange(fifth.open_session()).view());
    CHECK(fifth.status() == 0x01);
}

TEST_CASE("a packet that comes twice is executed once") {
    Rig rig;
    Console console = rig.login(Suite::sha256);
    const Packet packet = console.command(app_function, 0x01, {});
    CHECK(rig.exchange(packet).size() > 0);
    CHECK(rig.exchange(packet).size() == 0);
}

TEST_CASE("DCMI: power, a limit set, activated, read back, clamped; and not supported") {
    Rig rig;
    rig.node->power.set_fixed_watts(321, rig.now);
    Console console = rig.login(Suite::sha256);
    rig.run(console, app_function, 0x3b, {4});
    const auto power = rig.run(console, group_function, 0x02, {0xdc, 1, 0, 0});
    REQUIRE(power->data.size() == 18);
    CHECK(little16(power->data, 1) == 321);
    CHECK(rig.run(console, group_function, 0x03, {0xdc, 0, 0})->completion == 0x80);
    rig.node->faults.set(FaultKind::clamp, 150);
    const std::vector<std::uint8_t> limit = {0xdc, 0, 0, 0, 0, 100, 0, 0xe8, 3, 0, 0, 0, 0, 1, 0};
    CHECK(rig.run(console, group_function, 0x04, limit)->completion == 0);
    CHECK(rig.run(console, group_function, 0x05, {0xdc, 1, 0, 0})->completion == 0);
    const auto read_back = rig.run(console, group_function, 0x03, {0xdc, 0, 0});
    CHECK(read_back->completion == 0);
    CHECK(little16(read_back->data, 4) == 150);
    rig.node->faults.set(FaultKind::dcmi_off, 1);
    CHECK(rig.run(console, group_function, 0x02, {0xdc, 1, 0, 0})->completion == invalid_command);
}

namespace {

/// A request to the Node Manager as the BMC is asked to pass it on: IPMB framing with checksums.
std::vector<std::uint8_t> to_node_manager(std::uint8_t command, std::vector<std::uint8_t> data) {
    std::vector<std::uint8_t> message{0x40, 0x2c, 0x2e << 2, 0, 0x20, 0, command, 0x57, 0x01, 0x00};
    message.insert(message.end(), data.begin(), data.end());
    message[3] = static_cast<std::uint8_t>(-(0x2c + (0x2e << 2)));
    unsigned sum = 0;
    for (std::size_t i = 4; i < message.size(); ++i) sum += message[i];
    message.push_back(static_cast<std::uint8_t>(-sum));
    return message;
}

/// What the Node Manager answers, in the second packet.
std::optional<Console::Response> ask_node_manager(Rig& rig, Console& console, std::uint8_t command,
                                                  std::vector<std::uint8_t> data) {
    const auto carried = rig.run(console, app_function, 0x34, to_node_manager(command, data));
    REQUIRE(carried);
    if (carried->completion != 0) return carried;
    return console.read(rig.firmware.second_answer());
}

}  // namespace

TEST_CASE("Node Manager: watts, range, policies that limit the machine, read back, removed") {
    Rig rig;
    rig.kind.node_manager = true;
    rig.node->power.set_load(1, rig.now);
    rig.now += std::chrono::minutes(1);
    Console console = rig.login(Suite::sha256);
    rig.run(console, app_function, 0x3b, {4});
    const auto watts = [&] {
        return little16(ask_node_manager(rig, console, 0xc8, {1, 0, 0})->data, 3);
    };
    CHECK(watts() > 390);
    const auto range = ask_node_manager(rig, console, 0xc9, {0, 0x10});
    CHECK(little16(range->data, 4) == 400);
    CHECK(little16(range->data, 6) == 100);
    CHECK(ask_node_manager(rig, console, 0xc2, {0, 70})->completion == 0x80);

    const std::vector<std::uint8_t> policy = {0x10, 70, 0x90, 0, 250, 0, 0xe8, 3, 0, 0, 0, 0, 1, 0};
    CHECK(ask_node_manager(rig, console, 0xc1, policy)->completion == 0);
    const auto kept = ask_node_manager(rig, console, 0xc2, {0, 70});
    CHECK(kept->completion == 0);
    CHECK(kept->data[3] == 0x70);
    CHECK(little16(kept->data, 6) == 250);
    rig.now += std::chrono::minutes(1);
    CHECK(watts() < 255);
    CHECK(ask_node_manager(rig, console, 0xc0, {4, 0, 70})->completion == 0);
    rig.now += std::chrono::minutes(1);
    CHECK(watts() > 390);
    CHECK(ask_node_manager(rig, console, 0xc0, {5, 0, 70})->completion == 0);
    rig.node->power.disobey(true, rig.now);
    rig.now += std::chrono::minutes(1);
    CHECK(watts() > 390);

    std::vector<std::uint8_t> changed = policy;
    changed[6] = 0xe9;
    CHECK(ask_node_manager(rig, console, 0xc1, changed)->completion == 0xd5);
    changed = policy;
    changed[4] = 5;
    CHECK(ask_node_manager(rig, console, 0xc1, changed)->completion == 0x84);
    changed[2] = 0x80;
    CHECK(ask_node_manager(rig, console, 0xc1, changed)->completion == 0);
    CHECK(ask_node_manager(rig, console, 0xc2, {0, 70})->completion == 0x80);
}

TEST_CASE("a message for nobody is refused by the BMC and has no second answer") {
    Rig rig;
    Console console = rig.login(Suite::sha256);
    CHECK(ask_node_manager(rig, console, 0xca, {})->completion == 0x83);
    CHECK(rig.firmware.second_answer().empty());
    rig.kind.node_manager = true;
    CHECK(ask_node_manager(rig, console, 0xca, {})->completion == 0);
    rig.node->faults.set(FaultKind::nm_off, 1);
    CHECK(ask_node_manager(rig, console, 0xca, {})->completion == 0x83);
    CHECK(rig.firmware.second_answer().empty());
}

TEST_CASE("power readings may be empty at first, wrong, or marked as not measured") {
    Rig rig;
    rig.node->power.set_fixed_watts(321, rig.now);
    Console console = rig.login(Suite::sha256);
    const auto read = [&] { return rig.run(console, group_function, 0x02, {0xdc, 1, 0, 0})->data; };
    rig.node->faults.set(FaultKind::dcmi_empty, 2);
    CHECK(read().size() == 1);
    CHECK(read().size() == 1);
    CHECK(little16(read(), 1) == 321);
    rig.node->faults.set(FaultKind::dcmi_watts, 65535);
    CHECK(little16(read(), 1) == 65535);
    rig.node->faults.clear();
    rig.node->faults.set(FaultKind::dcmi_inactive, 1);
    CHECK(read()[17] == 0);
    rig.node->faults.set(FaultKind::watt_sensor, 255);
    CHECK(rig.run(console, sensor_function, 0x2d, {11})->data[0] == 255);
}

TEST_CASE("a command may be answered with an error, or with a lie") {
    Rig rig;
    Console console = rig.login(Suite::sha256);
    rig.run(console, app_function, 0x3b, {4});
    rig.node->faults.set(FaultKind::bmcerror, 0xc0);
    CHECK(rig.run(console, chassis_function, 0x02, {0})->completion == 0xc0);
    rig.node->faults.clear();
    rig.node->faults.set(FaultKind::ignore, 1);
    CHECK(rig.run(console, chassis_function, 0x02, {0})->completion == 0);
    CHECK(rig.node->power.on());
    CHECK(rig.journal.lines().size() == 2);
}

TEST_CASE("a restarted BMC forgets its sessions and has another SDR timestamp") {
    Rig rig;
    Console console = rig.login(Suite::sha256);
    const auto before = rig.run(console, storage_function, 0x20)->data;
    rig.node->restart_bmc(rig.now, Seconds(5));
    CHECK(rig.exchange(console.open_session()).size() == 0);
    rig.now += std::chrono::seconds(6);
    CHECK_FALSE(rig.run(console, storage_function, 0x20).has_value());
    Console again = rig.login(Suite::sha256);
    CHECK(rig.run(again, storage_function, 0x20)->data != before);
}

TEST_CASE("the GUID is the node's own, until it is another machine's") {
    Rig rig;
    Node other("n2", 1, rig.kind, 2, true, rig.now);
    const Guid own = guid_of(*rig.node);
    CHECK(own != guid_of(other));
    rig.node->faults.set(FaultKind::guid, 5);
    CHECK(own != guid_of(*rig.node));
    rig.node->faults.clear();
    CHECK(own == guid_of(*rig.node));
}

TEST_CASE("SDR records can be read whole or in pieces, pieces need the reservation") {
    Rig rig;
    Console console = rig.login(Suite::sha1);
    const auto whole = rig.run(console, storage_function, 0x23, {0, 0, 1, 0, 0, 0xff})->data;
    const auto reserved = rig.run(console, storage_function, 0x22)->data;
    std::vector<std::uint8_t> pieces(whole.begin(), whole.begin() + 2);
    for (std::uint8_t at = 0; at + 2U < whole.size(); at = static_cast<std::uint8_t>(at + 16)) {
        const auto piece =
            rig.run(console, storage_function, 0x23, {reserved[0], reserved[1], 1, 0, at, 16});
        pieces.insert(pieces.end(), piece->data.begin() + 2, piece->data.end());
    }
    CHECK(pieces == whole);
    CHECK(rig.run(console, storage_function, 0x23, {9, 9, 1, 0, 16, 16})->completion == 0xc5);
    CHECK(rig.run(console, storage_function, 0x23, {0, 0, 99, 0, 0, 16})->completion == 0xcb);
}

TEST_CASE("garbage gets no answer and does no harm") {
    Rig rig;
    Random random(4);
    Console console = rig.login(Suite::sha256);
    const std::array good = {console.open_session(), console.rakp1({}), console.rakp3({}),
                             console.command(app_function, 0x01, {})};
    for (int round = 0; round < 20000; ++round) {
        Packet packet = good[random.next() % good.size()];
        for (std::uint64_t change = random.next() % 4; change-- > 0;)
            packet[random.next() % packet.size()] = static_cast<std::uint8_t>(random.next());
        packet.truncate(random.next() % (packet.size() + 1));
        rig.exchange(packet);
        rig.now += std::chrono::milliseconds(100);
    }
    rig.now += std::chrono::minutes(2);
    CHECK(rig.login(Suite::sha256).ready());
}
