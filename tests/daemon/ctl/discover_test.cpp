#include "daemon/ctl/discover.h"

#include <doctest/doctest.h>

using namespace frugald::ctl;

namespace {

/// A BMC that is in order, as frugald-ipmi-discover tells it, changed by a patch.
Json bmc(const std::string& node, const char* patch = "{}") {
    Json json = Json::parse(R"({"node":"","bmc":"","address":"10.0.0.1","port":623,
        "answered":true,"failure":null,"rmcp_pong":true,
        "capabilities":{"ipmi_2_0":true,"null_users":false,"anonymous_login":false,
            "bmc_key_set":false},
        "cipher_suites":[17,3],"open_session":null,
        "open_session_suite_0":{"suite":0,"accepted":false,"status":17,"privilege":null},
        "guid":null,"login":{"suite":17,"workarounds":[],"failure":null},
        "device":{"manufacturer_id":674,"manufacturer":"Dell","product_id":256,"firmware":"2.10"},
        "power":{"path":"dcmi","watts":300,"reason":null},
        "power_limit":{"answers":true,"active":false,"watts":0,"reason":null}})");
    json["node"] = node;
    json["bmc"] = node + "-bmc";
    json.update(Json::parse(patch), true);
    return json;
}

std::string all_flags(const Json& one, const Guids& guids = {}) {
    std::string list;
    for (const Flag& flag : flags_of(one, guids)) append(list, "; ", flag.text);
    return list;
}

bool contains(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("flags say what is wrong with a BMC") {
    struct Row {
        const char* says;
        const char* patch;
        const char* flags;
    };
    const Row rows[] = {
        {"a good one", "{}", ""},
        {"suite 0 accepted", R"({"open_session_suite_0":{"accepted":true}})",
         "cipher suite 0 enabled"},
        {"suite 0 in the list only", R"({"cipher_suites":[0,17]})", "cipher suite 0 listed"},
        {"users", R"({"capabilities":{"null_users":true,"anonymous_login":true}})",
         "null user; anonymous login"},
        {"logged in with 3", R"({"login":{"suite":3}})", "only suite 3"},
        {"offered 3, no login", R"({"login":null,"open_session":{"suite":3,"accepted":true,
          "privilege":4}})",
         "only suite 3"},
        {"offered nothing", R"({"login":null})", "neither suite 17 nor 3"},
        {"an echo of the privilege", R"({"login":null,"open_session":{"suite":17,"accepted":true,
          "privilege":0}})",
         "needs opensesspriv"},
        {"no power", R"({"power":{"path":null}})", "no power path"},
        {"silent", R"({"answered":false,"failure":"does not answer on UDP port 623"})",
         "no answer"},
        {"not in DNS", R"({"answered":false,"failure":"has no address"})", "has no address"},
        {"a wrong password", R"({"login":{"failure":"does not accept it"},"power":null})",
         "no login: does not accept it"},
        {"only a pong", R"({"capabilities":null})", "no IPMI over LAN"},
        {"IPMI 1.5", R"({"capabilities":{"ipmi_2_0":false}})", "no IPMI 2.0"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        CHECK(all_flags(bmc("c1", row.patch)) == row.flags);
    }
}

TEST_CASE("duplicate GUIDs name another node with the same") {
    const std::vector<Json> bmcs{bmc("c1", R"({"guid":"a"})"), bmc("c2", R"({"guid":"b"})"),
                                 bmc("c3", R"({"guid":"a"})"), bmc("c4"), bmc("c5")};
    const Guids guids = collect_guids(bmcs);
    CHECK(all_flags(bmcs[0], guids) == "duplicate GUID (same as c3)");
    CHECK(all_flags(bmcs[2], guids) == "duplicate GUID (same as c1)");
    CHECK(all_flags(bmcs[1], guids) == "");
    CHECK(all_flags(bmcs[4], guids) == "");
    auto three = bmcs;
    three.push_back(bmc("c6", R"({"guid":"a"})"));
    CHECK(all_flags(three[5], collect_guids(three)) == "duplicate GUID (same as c1 and 1 more)");
}

TEST_CASE("a proposal has a table for each kind of node, and says who is left out") {
    const std::vector<Json> bmcs{
        bmc("c1"),
        bmc("c2", R"({"guid":"a"})"),
        bmc("c3", R"({"guid":"a"})"),
        bmc("old1", R"({"login":{"suite":3},"power":{"path":null}})"),
        bmc("q1", R"({"login":{"workarounds":["opensesspriv"]}})"),
        bmc("x1", R"({"answered":false,"failure":"does not answer on UDP port 623"})"),
        bmc("x2", R"({"login":{"failure":"does not know the user 'a\nb'"}})"),
    };
    DiscoverOptions options;
    options.user = "ad\"min";
    const Proposal proposal = propose(bmcs, options);
    CHECK(proposal.nodes == 5);
    CHECK(contains(proposal.toml,
                   "nodes = \"c[1-3]\"\nbmc = \"{node}-bmc\"\nport = 623\n"
                   "user = \"ad\\\"min\"\nsecret = \"bmc\"\n"
                   "privilege = \"administrator\"\ncipher_suites = [17]\n"
                   "workarounds = []\n"));
    CHECK(contains(proposal.toml, "nodes = \"old1\""));
    CHECK(contains(proposal.toml, "cipher_suites = [3]"));
    CHECK(contains(proposal.toml, "none, these nodes need a PDU outlet (1)"));
    CHECK(contains(proposal.toml, "workarounds = [\"opensesspriv\"]"));
    CHECK(contains(proposal.toml, "#   c[2-3]: duplicate GUID"));
    CHECK(contains(proposal.toml, "#   x1: no answer\n"));
    CHECK(contains(proposal.toml, "#   x2: no login: does not know the user 'a?b'\n"));
    CHECK_FALSE(contains(proposal.toml, "nodes = \"x"));
}

TEST_CASE("listed BMCs stay in the order of their nodes") {
    std::vector<Json> bmcs{bmc("c2", R"({"bmc":"10.0.0.1"})"), bmc("c10", R"({"bmc":"10.0.0.2"})"),
                           bmc("c1", R"({"bmc":"10.0.0.3"})")};
    DiscoverOptions options;
    options.bmc = "10.0.0.[1-3]";
    options.user = "admin";
    const std::string toml = propose(bmcs, options).toml;
    CHECK(contains(toml, "nodes = \"c2,c10,c1\"\nbmc = \"10.0.0.[1-3]\"\n"));
    CHECK(propose({bmc("x", R"({"login":null})")}, options).nodes == 0);
}
