#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdlib.h>

#include "tests/plugins/snmp/rig.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;

namespace {

constexpr const char* address = "127.22.0.15";
constexpr std::uint16_t port = 16115;

/// net-snmp's own agent, which calls itself a Sentry3; its SNMPv3 engine counts its starts in
/// `memory`.
std::unique_ptr<Process> start_agent(const Scratch& memory) {
    const auto config = memory.write(
        "snmpd.conf",
        fmt::format("createUser frugald SHA-256 \"{}\" AES-256 \"{}\"\n"
                    "rouser frugald priv\n"
                    "agentAddress udp:{}:{}\n"
                    "override .1.3.6.1.2.1.1.2.0 object_id .1.3.6.1.4.1.1718.3\n"
                    "override .1.3.6.1.4.1.1718.3.1.6.0 integer 4321\n",
                    Simulator::auth_password, Simulator::privacy_password, address, port));
    ::setenv("SNMP_PERSISTENT_DIR", memory.path().c_str(), 1);
    std::vector<std::string> words{"snmpd",         "-f", "-C",    "-c",
                                   config.string(), "-I", "-smux", "-Lo"};
    auto agent = std::make_unique<Process>(std::move(words), memory.path() / "log");
    ::unsetenv("SNMP_PERSISTENT_DIR");
    if (!agent_answers(*agent, address, port)) agent.reset();
    return agent;
}

std::string pdu(const char* name, const char* auth, const char* privacy) {
    return fmt::format(
        "[[pdu]]\nname = \"{}\"\nhost = \"{}\"\nport = {}\nuser = \"frugald\"\n"
        "auth_secret = \"{}\"\nprivacy_secret = \"{}\"\nprivacy = \"AES-256\"\n"
        "interval_s = 1\n",
        name, address, port, auth, privacy);
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

const std::string patience = "timeout_ms = 500\nattempts = 2\n";

}  // namespace

TEST_CASE("a real SNMPv3 agent") {
    const Scratch memory;
    auto agent = start_agent(memory);
    if (!agent) {
        MESSAGE("skipped: snmpd is not installed");
        return;
    }

    SUBCASE("is read, also after it has started again") {
        Rig rig{patience + pdu("p", "auth", "privacy")};
        REQUIRE(rig.mistakes() == "");
        rig.start();
        const auto good = [&](std::size_t after) {
            const auto seen = rig.of("p");
            return seen.size() > after && !seen.back().failure &&
                   seen.back().values.at("power_watts total") == 4321;
        };
        REQUIRE(rig.run_until([&] { return good(1); }));
        agent.reset();
        agent = start_agent(memory);
        REQUIRE(agent);
        const auto before = rig.of("p").size();
        CHECK(rig.run_until([&] { return good(before); }, std::chrono::seconds{10}));
    }

    SUBCASE("that refuses a password is told apart from a silent one") {
        Rig rig{patience + pdu("p", "wrong", "privacy")};
        rig.start();
        REQUIRE(rig.run_until([&] { return !rig.of("p").empty(); }));
        const auto failure = rig.of("p").front().failure;
        REQUIRE(failure);
        CAPTURE(failure->text);
        CHECK(failure->fault == Fault::unauthorized);
        CHECK(contains(failure->text, "check auth and auth_secret"));
    }

    SUBCASE("that does not know the user says so") {
        auto toml = pdu("p", "auth", "privacy");
        toml.replace(toml.find("\"frugald\""), 9, "\"nobody\"");
        Rig rig{patience + toml};
        rig.start();
        REQUIRE(rig.run_until([&] { return !rig.of("p").empty(); }));
        const auto failure = rig.of("p").front().failure;
        REQUIRE(failure);
        CAPTURE(failure->text);
        CHECK(contains(failure->text, "does not know the user"));
    }
}
