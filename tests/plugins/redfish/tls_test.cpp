// Whom a BMC has to be.

#include <doctest/doctest.h>

#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

/// The rig's BMC, with a certificate of `other`.
std::unique_ptr<TestBmc> impostor(Rig& rig, const Identity& other) {
    auto bmc = std::make_unique<TestBmc>(rig.loop, environment_tree(), &other);
    rig.node(0).port = bmc->port();
    return bmc;
}

Error refused(Rig& rig, TestBmc& bmc) {
    rig.start();
    const Seen seen = rig.next();
    REQUIRE(seen.failure);
    CHECK(seen.failure->fault == Fault::unauthorized);
    CHECK(bmc.asked().empty());  // neither password nor anything else was sent
    rig.stop();
    return *seen.failure;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a certificate of another authority is refused by name, before anything is sent") {
    Rig rig;
    rig.add(environment_tree());
    const Identity other = make_server(make_authority("somebody else"));
    const auto bmc = impostor(rig, other);
    const Error error = refused(rig, *bmc);
    CHECK(contains(error.text, "n1's BMC"));
    CHECK(contains(error.text, "not trusted"));
    CHECK(contains(error.text, "test bmc"));
    CHECK(contains(error.text, other.fingerprint));
    CHECK(contains(error.text, "ca_file"));
}

TEST_CASE("a certificate for another host is refused") {
    Rig rig;
    rig.add(environment_tree());
    const Identity elsewhere = make_server_elsewhere(rig.authority);
    const auto bmc = impostor(rig, elsewhere);
    const Error error = refused(rig, *bmc);
    CHECK(contains(error.text, "mismatch"));
}

TEST_CASE("a pin takes a certificate that no authority signed, and no other") {
    const Identity self_made = make_authority("a BMC's own");
    Rig rig;
    rig.add(environment_tree());
    const auto bmc = impostor(rig, self_made);
    rig.trust(0).ca_file = "";
    SUBCASE("the right one") {
        rig.trust(0).pin = self_made.fingerprint;
        rig.start();
        CHECK(rig.next().watts() == 350.5);
        rig.stop();
    }
    SUBCASE("another, even one that is otherwise trusted") {
        rig.trust(0).pin = rig.identity.fingerprint;
        const Error error = refused(rig, *bmc);
        CHECK(contains(error.text, "not the pinned one"));
        CHECK(contains(error.text, self_made.fingerprint));
        CHECK(contains(error.text, rig.identity.fingerprint));
    }
    SUBCASE("none and no authority: the system's authorities do not know it") {
        CHECK(contains(refused(rig, *bmc).text, "not trusted"));
    }
}

TEST_CASE("a port that speaks no TLS is told as such") {
    Rig rig;
    rig.add(environment_tree());
    TestBmc plain(rig.loop, environment_tree(), nullptr);
    rig.node(0).port = plain.port();
    rig.group().timeout = 500ms;
    rig.start();
    const Seen seen = rig.next();
    REQUIRE(seen.failure);
    CHECK(contains(seen.failure->text, "TLS"));
    CHECK(plain.asked().empty());
    rig.stop();
}

TEST_CASE("a BMC is found by its name, and a name without an address is told") {
    Rig rig;
    rig.add(environment_tree());
    rig.add(environment_tree());
    rig.node(0).host = "localhost";
    rig.node(1).host = "no-such-bmc.invalid";
    rig.group().timeout = 1s;
    rig.start();
    CHECK(rig.next([](const Seen& seen) { return seen.device == "n1"; }).watts() == 350.5);
    const Seen lost = rig.next([](const Seen& seen) { return seen.device == "n2"; });
    REQUIRE(lost.failure);
    CHECK(contains(lost.failure->text, "has no address"));
    rig.stop();
}
