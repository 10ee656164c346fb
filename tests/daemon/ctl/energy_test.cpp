#include <doctest/doctest.h>

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

Said say(const test::RunningServer& server, const std::vector<std::string>& words) {
    std::ostringstream out, err;
    std::istringstream in;
    std::vector<const char*> arguments{"frugalctl", "--socket", server.socket().c_str(), "energy"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    const int code =
        ctl::run(static_cast<int>(arguments.size()), arguments.data(), {out, err, in, false});
    return {code, out.str(), err.str()};
}

bool contains(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("energy: a line per node, what is not known with its reason, and a total") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto said = say(server, {"n[1-2]", "--since", "1h"});
    CHECK(said.code == 0);
    for (const char* const part : {"n1     0.200", "n2         ?", "no BMC of it is configured",
                                   "total  0.200", "50.0%", "of 1 nodes nothing is known"})
        CHECK(contains(said.out, part));
    const auto lines = say(server, {"--csv"});
    CHECK(contains(lines.out, "node,joules,mean_watts"));
    CHECK(contains(lines.out, "\"n1\",720000"));
    CHECK(contains(lines.out, "\"n2\",,,,,3600"));
    CHECK(Json::parse(say(server, {"--json"}).out)["total"]["unknown_nodes"] == 1);
}

TEST_CASE("energy: digits are a job") {
    const test::RunningServer server{test::sample_snapshot(4)};
    const auto said = say(server, {"7"});
    CHECK(said.code == 0);
    for (const char* const part : {"job 7 in batch", "25.0% cpus", "1/4", "?/?"})
        CHECK(contains(said.out, part));
    CHECK(contains(say(server, {"7", "--csv"}).out, "\"n1\",720000"));
    const auto unknown = say(server, {"8"});
    CHECK(unknown.code == 1);
    CHECK(contains(unknown.err, "nothing is known of this job"));
}

TEST_CASE("energy: what cannot be asked is refused") {
    const test::RunningServer server{test::sample_snapshot(4)};
    struct Row {
        const char* says;
        std::vector<std::string> words;
    };
    const Row rows[] = {
        {"nodes of a partition are named by it", {"n1", "--partition", "batch"}},
        {"the cluster has no nodes", {"n1", "--cluster"}},
        {"a broken nodeset", {"n[1-"}},
        {"an instant that is none", {"--since", "yesterday"}},
        {"a time that ends before it begins", {"--since", "1h", "--until", "2h"}},
        {"no such resolution", {"--resolution", "minute"}},
        {"no such partition", {"--partition", "nowhere"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        const auto said = say(server, row.words);
        CHECK(said.code == 2);
        CHECK_FALSE(said.err.empty());
    }
}
