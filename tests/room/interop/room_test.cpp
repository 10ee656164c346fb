#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "tests/room/interop/program.h"
#include "tests/support/sanitized.h"
#include "tests/support/scratch.h"

using namespace frugald::room;

namespace {

Outcome start(const Scratch& scratch, const std::string& configuration) {
    const auto file = scratch.path() / "broken.toml";
    std::ofstream(file) << configuration;
    return run_program({ROOM_PROGRAMS "/frugald-room", file.string()});
}

bool says(const Outcome& outcome, const std::string& text) {
    const bool found = outcome.output.find(text) != std::string::npos;
    if (!found) MESSAGE("wanted '" << text << "' in: " << outcome.output);
    return found;
}

constexpr const char* two = R"(
[[bmcs]]
nodes = "n[1-2]"
address = "127.21.14.1"
port = 21627
)";

}  // namespace

TEST_CASE("mistakes in the file are named with their place") {
    const Scratch scratch;
    const Outcome unknown = start(scratch, "[[bmcs]]\nnodes = \"n1\"\nadress = \"127.21.14.1\"\n");
    CHECK(unknown.code == 1);
    CHECK(says(unknown, "broken.toml:3:1"));
    CHECK(says(unknown, "address"));
    CHECK(says(start(scratch, fmt::format("{}suites = [0]\n", two)), "cipher suites 3 and 17"));
    CHECK(says(start(scratch, fmt::format("{}[[pdu]]\nname = \"p\"\naddress = \"127.21.14.9\"\n"
                                          "port = 21162\noutlets = \"n[1-3]\"\n",
                                          two)),
               "no node n3 in this room"));
    CHECK(says(start(scratch, fmt::format("{}{}", two, two)), "node n1 is in two"));
}

TEST_CASE("a taken port and a taken control socket are named") {
    const Scratch scratch;
    const RoomProcess room(scratch.path(), two);
    const Outcome port = start(scratch, two);
    CHECK(port.code == 1);
    CHECK(says(port, "UDP port 21627: Address already in use"));
    const Outcome socket = start(scratch, fmt::format("[room]\ncontrol = \"{}\"\n",
                                                      (scratch.path() / "room.sock").string()));
    CHECK(says(socket, "another room listens there"));
}

TEST_CASE("the control command shows, changes and ends a running room") {
    const Scratch scratch;
    const auto control = [&scratch](const std::vector<std::string>& words) {
        std::vector<std::string> all = {ROOM_PROGRAMS "/frugald-room", "--control",
                                        (scratch.path() / "room.sock").string()};
        all.insert(all.end(), words.begin(), words.end());
        return run_program(all);
    };
    {
        const RoomProcess room(scratch.path(), two);
        CHECK(control({"watts", "n2", "77"}).code == 0);
        CHECK(says(control({"status", "n2"}), "n2 power=on watts=77.0 "));
        CHECK(control({"fault", "n1", "delay", "20"}).code == 0);
        CHECK(says(control({"status"}), "faults=delay=20"));
        CHECK(control({"power", "n1", "off"}).code == 0);
        CHECK(says(control({"log"}), "n1 hand button off"));
        for (const std::vector<std::string>& wrong : {std::vector<std::string>{"status", "n9"},
                                                      {"watts", "n1", "-5"},
                                                      {"load", "n1", "2"},
                                                      {"fault", "n1", "nonsense"},
                                                      {"fault", "n1", "delay"},
                                                      {"dance"},
                                                      {}})
            CHECK(control(wrong).code == 1);
        CHECK(control({"quit"}).code == 0);
    }
    const Outcome gone = control({"status"});
    CHECK(gone.code == 1);
    CHECK(says(gone, "no room answers"));
}

TEST_CASE("a room of 50,000 BMCs fits in 50 MB and serves the last of them") {
    const Scratch scratch;
    const RoomProcess room(scratch.path(),
                           "[[bmcs]]\nnodes = \"n[1-50000]\"\naddress = \"127.21.16.1\"\n"
                           "port = 21628\n");
    std::ifstream status(fmt::format("/proc/{}/status", room.process()));
    long resident = 0;
    for (std::string word; status >> word;)
        if (word == "VmRSS:") status >> resident;
    CHECK(resident > 0);
    if (!sanitized) CHECK(resident < 50000);  // a sanitizer's bookkeeping is not the room's
    const Outcome load =
        run_program({ROOM_PROGRAMS "/frugald-room-load", fmt::format("{}", room.process()),
                     "127.21.211.1", "21628", "admin", "secret12", "17", "80", "1"});
    CHECK(load.code == 0);
    MESSAGE(load.output << "resident before: " << resident << " kB");
}
