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
