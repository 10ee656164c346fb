#include "daemon/ctl/top.h"

#include <doctest/doctest.h>

#include <sstream>

#include "daemon/ctl/run.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using ctl::Json;

namespace {

Json node(const char* name, const char* watts, const char* quality, const char* celsius) {
    Json json{{"node", name}, {"power", nullptr}, {"hottest_celsius", Json::parse(celsius)}};
    if (std::string{watts} != "null")
        json["power"] = {{"watts", Json::parse(watts)}, {"quality", quality}};
    return json;
}

std::string order(Json nodes, const std::string& by) {
    ctl::sort_nodes(nodes, by);
    std::string names;
    for (const Json& one : nodes) ctl::append(names, " ", ctl::text(one.at("node")));
    return names;
}

struct Said {
    int code;
    std::string out;
    std::string err;
};

Said say(const std::filesystem::path& socket, std::vector<std::string> words) {
    std::ostringstream out, err;
    std::istringstream in;
    std::vector<const char*> arguments{"frugalctl", "--socket", socket.c_str()};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const int code = ctl::run(static_cast<int>(arguments.size()), arguments.data(), {out, err, in});
    return {code, out.str(), err.str()};
}

}  // namespace

TEST_CASE("top sorts the largest first, the unknown last, equals by name") {
    const Json nodes{node("n2", "200", "good", "40"), node("n10", "200", "good", "null"),
                     node("n1", "900", "stale", "60"), node("n3", "null", "", "null"),
                     node("n4", "350.5", "good", "55")};
    CHECK(order(nodes, "watts") == "n4 n2 n10 n1 n3");
    CHECK(order(nodes, "temp") == "n1 n4 n2 n3 n10");
    CHECK(order(nodes, "name") == "n1 n2 n3 n4 n10");
    CHECK(order(Json::array(), "watts") == "");
}

TEST_CASE("top without a terminal is one picture") {
    const test::RunningServer server{test::sample_snapshot(8)};
    const Said said = say(server.socket(), {"top", "-n", "3", "-s", "name"});
    CHECK(said.code == 0);
    CAPTURE(said.out);
    CHECK(said.out.find("mode guarded") != said.out.npos);
    CHECK(said.out.find(" of 8 nodes") != said.out.npos);
    CHECK(said.out.find("c0003") != said.out.npos);
    CHECK(said.out.find("c0004") == said.out.npos);
    CHECK(said.out.find('\x1b') == said.out.npos);
    std::istringstream lines{said.out};
    bool unknown_shown = false;
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("c0002")) unknown_shown = line.find('?') != line.npos;
    CHECK(unknown_shown);
}

TEST_CASE("top for programs is an object per refresh") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const Said said = say(server.socket(), {"top", "--json", "-c", "3", "-d", "0.2", "-n", "2"});
    CHECK(said.code == 0);
    std::istringstream lines{said.out};
    int objects = 0;
    for (std::string line; std::getline(lines, line); ++objects) {
        const Json object = Json::parse(line);
        CHECK(object.at("schema") == "frugald/1");
        CHECK(object.at("nodes").size() == 2);
        CHECK(object.contains("cluster_power_watts"));
    }
    CHECK(objects == 3);
}

TEST_CASE("top says at once that there is no frugald") {
    const Said said = say("/nonexistent/api.sock", {"top"});
    CHECK(said.code == 3);
    CHECK(said.err.find("cannot reach frugald") != said.err.npos);
    CHECK(say("/nonexistent/api.sock", {"top", "-s", "blood"}).code == 2);
    CHECK(say("/nonexistent/api.sock", {"top", "-d", "0"}).code == 2);
}
