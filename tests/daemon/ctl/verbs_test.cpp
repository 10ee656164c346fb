#include <doctest/doctest.h>
#include <sys/wait.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/ctl/run.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;
using Json = nlohmann::json;

namespace {

struct Said {
    int code;
    std::string out;
    std::string err;
};

/// frugalctl with these words, in this process; `typed` is what somebody at the terminal answers.
Said say(const std::filesystem::path& socket, std::vector<std::string> words,
         const char* typed = nullptr) {
    std::ostringstream out, err;
    std::istringstream in{typed == nullptr ? "" : typed};
    std::vector<const char*> arguments{"frugalctl", "--socket", socket.c_str()};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const int code = ctl::run(static_cast<int>(arguments.size()), arguments.data(),
                              {out, err, in, typed != nullptr});
    return {code, out.str(), err.str()};
}

bool contains(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("status sums the cluster up") {
    const test::RunningServer server{test::sample_snapshot(40)};
    const auto said = say(server.socket(), {"status"});
    CHECK(said.code == 0);
    CHECK(contains(said.out, "mode guarded"));
    CHECK(contains(said.out, "of 40 nodes"));
    CHECK(contains(said.out, "1 unreachable"));
    CHECK(contains(said.out, "22.05.8, read 0s ago"));
    CHECK(Json::parse(say(server.socket(), {"status", "--json"}).out)["schema"] == "frugald/1");
}

TEST_CASE("tree indents the levels, unknown is a question mark, suspects come last") {
    const test::RunningServer server{test::sample_snapshot(40)};
    const auto said = say(server.socket(), {"tree"});
    CHECK(said.code == 0);
    CHECK(contains(said.out, "LEVEL      KIND  METER(W)  NODES(W)  KNOWN  LINES(A)  LIMIT(W)"));
    CHECK(contains(said.out, "\nroom       room     90000         -      -         -    100000"));
    CHECK(contains(said.out, "\n  rack1-a               ?      5100   95 %     8.2/?      6000"));
    CHECK(contains(said.out, "(stuck): it has said 5000 W"));
    CHECK(Json::parse(say(server.socket(), {"tree", "--json"}).out)["levels"].size() == 2);
}

TEST_CASE("nodes are a table, unknown is a question mark") {
    const test::RunningServer server{test::sample_snapshot(8)};
    const auto said = say(server.socket(), {"nodes", "c[0001-0004]"});
    CHECK(said.code == 0);
    CHECK(contains(said.out, "NODE   STATE      CHASSIS  POWER(W)  AGE  SOURCE  CAP(W)  TEMP(C)"));
    CHECK(contains(said.out, "c0001  allocated  on"));
    CHECK(contains(said.out, "c0002  allocated  ?               ?"));
    CHECK(contains(said.out, "no answer within 5 s"));
    CHECK(contains(said.out, "c0004  idle~      off"));
    CHECK_FALSE(contains(said.out, "c0005"));

    CHECK(say(server.socket(), {"nodes", "-h", "-o", "node,chassis", "c0001"}).out ==
          "c0001  on\n");
    CHECK(Json::parse(say(server.socket(), {"--json", "nodes", "c0001"}).out)["nodes"].size() == 1);
}

TEST_CASE("a summary folds the nodes of a state into one line") {
    const test::RunningServer server{test::sample_snapshot(12)};
    const auto said = say(server.socket(), {"nodes", "-s"});
    CHECK(contains(said.out, "c[0004,0008,0012]"));
    CHECK(contains(said.out, "powered_down  off"));
}

TEST_CASE("doctor shows failures first, then warnings, and counts the rest") {
    test::RunningServer server{test::sample_snapshot(4)};
    server.find({{"mode", FindingLevel::ok, "the mode is guarded", ""},
                 {"disk-space", FindingLevel::warn, "500 MiB are free", "make room"},
                 {"pdu-sum", FindingLevel::unknown, "nothing is measured", "map outlets"},
                 {"slurm-user", FindingLevel::fail, "hpc may not call", "add it"}});
    const auto said = say(server.socket(), {"doctor"});
    CHECK(said.code == 1);
    CHECK(said.out ==
          "fail    slurm-user: hpc may not call\n"
          "        -> add it\n"
          "warn    disk-space: 500 MiB are free\n"
          "        -> make room\n"
          "unknown pdu-sum: nothing is measured\n"
          "        -> map outlets\n"
          "4 checks: 1 fail, 1 warn, 1 unknown, 1 ok\n");
    CHECK(
        contains(say(server.socket(), {"doctor", "-v"}).out, "ok      mode: the mode is guarded"));
    CHECK(Json::parse(say(server.socket(), {"doctor", "--json"}).out)["findings"].size() == 4);
    CHECK(say(server.socket(), {"doctor", "--json"}).code == 1);
}

TEST_CASE("doctor ends with 0 when nothing fails, and says where to look when nobody answers") {
    test::RunningServer server{test::sample_snapshot(4)};
    server.find({{"disk-space", FindingLevel::warn, "500 MiB are free", "make room"}});
    CHECK(say(server.socket(), {"doctor"}).code == 0);
    const auto alone = say("/nonexistent/api.sock", {"doctor"});
    CHECK(alone.code == 3);
    for (const char* part : {"systemctl status frugald", "journalctl -u frugald", "--check-config"})
        CHECK(contains(alone.err, part));
}

TEST_CASE("what is wrong on the command line is said and ends with 2") {
    const test::RunningServer server{test::sample_snapshot(4)};
    struct Row {
        std::string says;
        std::vector<std::string> words;
        const char* mistake;
    };
    const Row rows[] = {
        {"no verb", {}, "which verb"},
        {"an unknown verb", {"explode"}, "explode"},
        {"a broken nodeset", {"nodes", "c[1-"}, "quote nodesets"},
        {"an unknown column", {"nodes", "-o", "node,blood"}, "no column 'blood'; there are node,"},
        {"a power action without a reason", {"power", "on", "c0001"}, "--reason"},
        {"power without an action", {"power"}, "frugalctl power [OPTIONS]"},
        {"a time without a unit", {"events", "--since", "90"}, "90s"},
        {"a lease without a unit", {"cap", "set", "c0001", "300", "--for", "1", "-r", "x"}, "90s"},
        {"watts that are no number", {"cap", "set", "c0001", "many", "-r", "x"}, "many"},
        {"a limit of nothing", {"cap", "set", "c0001", "0", "-r", "x"}, "limit_watts"},
        {"why for two nodes", {"why", "c[1-2]"}, "one node"},
        {"an empty reason", {"hold", "all", "-r", " "}, "'reason'"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        const auto said = say(server.socket(), row.words);
        CHECK(said.code == 2);
        CHECK(contains(said.err, row.mistake));
    }
}

TEST_CASE("nodes that frugald does not know are named and end with 1") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto said = say(server.socket(), {"nodes", "c0001,x[1-3]"});
    CHECK(said.code == 1);
    CHECK(contains(said.err, "does not know x[1-3]"));
    CHECK(contains(said.out, "c0001"));
    CHECK(say(server.socket(), {"why", "x1"}).code == 1);
}

TEST_CASE("a nodeset longer than a request line is asked all the same") {
    const test::RunningServer server{test::sample_snapshot(4)};
    std::string nodeset = "c0002,c0003";
    for (int i = 0; i < 3000; ++i)
        nodeset += ",x" + std::to_string(i) + "y" + std::to_string(i * 7);
    const auto said = say(server.socket(), {"nodes", "-h", "-o", "node", nodeset});
    CHECK(said.out == "c0002\nc0003\n");
    CHECK(said.code == 1);
}

TEST_CASE("power is switched, refused and reported per node") {
    const test::RunningServer server{test::sample_snapshot(8)};
    const auto done = say(server.socket(), {"power", "off", "c0003", "-r", "test"});
    CHECK(done.code == 0);
    CHECK(contains(done.out, "c0003: done"));
    const auto refused = say(server.socket(), {"power", "off", "c0001", "-r", "test"});
    CHECK(refused.code == 5);
    CHECK(contains(refused.err, "c0001: refused: N1: has a running job"));
    const auto mixed = say(server.socket(), {"power", "off", "c0001,x9,c0006", "-y", "-r", "test"});
    CHECK(mixed.code == 1);
    CHECK(contains(mixed.err, "x9: failed: not a node"));
    CHECK(contains(mixed.out, "c0006: done"));
    const auto json = say(server.socket(), {"power", "off", "c0001", "-r", "test", "--json"});
    CHECK(Json::parse(json.out)["outcomes"][0]["rule"] == "N1");
    CHECK(json.code == 5);
    CHECK(say(server.socket(), {"power", "off", "c0001", "-r", "x", "--accept-job-loss"}).code ==
          0);

    CHECK(contains(say(server.socket(), {"power", "status"}).out, "unknown  c0002\n"));
    CHECK(contains(say(server.socket(), {"why", "c0003"}).out, "uid"));
    CHECK(contains(say(server.socket(), {"events"}).out, "c0003"));
}

TEST_CASE("more than one node is asked about, or needs --yes") {
    const test::RunningServer server{test::sample_snapshot(8)};
    const std::vector<std::string> words{"power", "soft", "c[0003,0006]", "-r", "test"};
    CHECK(say(server.socket(), words, "n\n").code == 2);
    CHECK(say(server.socket(), words, "\n").code == 2);
    CHECK(contains(say(server.socket(), words).err, "--yes"));
    CHECK(contains(say(server.socket(), {"events"}).out, "TIME  NODE  KIND  WHAT\n"));
    auto dry = words;
    dry.push_back("--dry-run");
    CHECK(contains(say(server.socket(), dry).out, "c[0003,0006]: planned: soft"));
    const auto asked = say(server.socket(), words, "y\n");
    CHECK(asked.code == 0);
    CHECK(contains(asked.err, "power soft 2 nodes"));
    CHECK(say(server.socket(), {"power", "on", "c[0003,0006]", "-r", "back"}).code == 0);
}

TEST_CASE("a source is calibrated, listed and believed again") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto done = say(server.socket(), {"calibrate", "rack7-a:12", "--reference", "315",
                                            "--raw", "300", "--by", "clamp meter"});
    CHECK(done.code == 0);
    CHECK(contains(done.out, "rack7-a:outlet:12: done: times 1.05"));
    CHECK(contains(say(server.socket(), {"events"}).out, "315 300 clamp meter"));
    const auto list = say(server.socket(), {"calibrate"});
    CHECK(contains(list.out, "rack7-a:outlet:12  1.0500"));
    CHECK(contains(list.out, "clamp meter"));
    CHECK(say(server.socket(), {"calibrate", "c1", "--reset", "--by", "repaired"}).code == 0);
    CHECK(say(server.socket(), {"calibrate", "c1"}).code == 2);
    CHECK(say(server.socket(), {"calibrate", "c1", "--reference", "5"}).code == 2);
    CHECK(say(server.socket(), {"calibrate", "--reference", "5", "--by", "x"}).code == 2);
    CHECK(say(server.socket(), {"calibrate", "c1:fan:2", "--reference", "5", "--by", "x"}).code ==
          2);
}

TEST_CASE("caps are set, shown and released") {
    const test::RunningServer server{test::sample_snapshot(4)};
    CHECK(say(server.socket(), {"cap", "set", "c0002", "350", "--for", "1h", "-r", "peak"}).code ==
          0);
    const auto shown = say(server.socket(), {"cap", "show", "c0002"});
    CHECK(contains(shown.out, "c0002     350  yes"));
    CHECK(say(server.socket(), {"cap", "release", "c0002"}).code == 0);
    CHECK_FALSE(contains(say(server.socket(), {"cap", "show"}).out, "c0002"));
}

TEST_CASE("holds are for nodes or for all") {
    const test::RunningServer server{test::sample_snapshot(4)};
    CHECK(contains(say(server.socket(), {"hold", "all", "-r", "works"}).out, "all: done"));
    CHECK(say(server.socket(), {"hold", "c0001", "-r", "fan", "--for", "2d"}).code == 0);
    CHECK(say(server.socket(), {"release", "all"}).code == 0);
    CHECK(say(server.socket(), {"release", "c0001"}).code == 0);
}

TEST_CASE("a daemon that is not there is named with what to do") {
    const auto said = say("/nonexistent/api.sock", {"status"});
    CHECK(said.code == 3);
    CHECK(contains(said.err, "cannot reach frugald at /nonexistent/api.sock"));
    CHECK(contains(said.err, "systemctl status frugald"));
    const auto json = say("/nonexistent/api.sock", {"status", "--json"});
    CHECK(Json::parse(json.out)["error"]["exit"] == 3);
    CHECK(say(std::string(200, 'x'), {"status"}).code == 3);
}

TEST_CASE("the program takes the socket from the environment and ends with the same codes") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const std::string program = FRUGALCTL;
    const auto code = [&](const std::string& words) {
        const std::string line =
            "FRUGALD_SOCKET=" + server.socket().string() + " " + program + " " + words;
        return WEXITSTATUS(std::system((line + " >/dev/null 2>&1 </dev/null").c_str()));
    };
    CHECK(code("status") == 0);
    CHECK(code("--version") == 0);
    CHECK(code("nodes --help") == 0);
    CHECK(code("nodes x9") == 1);
    CHECK(code("nonsense") == 2);
    CHECK(code("--socket /nonexistent status") == 3);
    CHECK(code("power off c0001 -r test") == 5);
    if (geteuid() != 0 || std::system("command -v setpriv >/dev/null") != 0) {
        MESSAGE("skipped: becoming another user needs root and setpriv");
        return;
    }
    const std::string nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups " + program +
                               " --socket " + server.socket().string() +
                               " power off c0003 -r test >/dev/null 2>&1 </dev/null";
    CHECK(WEXITSTATUS(std::system(nobody.c_str())) == 4);
}
