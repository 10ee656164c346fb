#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/ctl/run.h"
#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"
#include "tests/support/scratch.h"

using namespace frugald;
using Json = nlohmann::json;

namespace {

struct Said {
    int code;
    std::string out;
    std::string err;
};

Said say(const std::filesystem::path& socket, std::vector<std::string> words,
         const std::string& standard_input = {}) {
    std::ostringstream out, err;
    std::istringstream in{standard_input};
    std::vector<const char*> arguments{"frugalctl", "--socket", socket.c_str(), "audit"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    const int code = ctl::run(static_cast<int>(arguments.size()), arguments.data(), {out, err, in});
    return {code, out.str(), err.str()};
}

bool contains(const std::string& text, const std::string& part) {
    CAPTURE(text);
    CAPTURE(part);
    return text.find(part) != text.npos;
}

constexpr const char* off_line =
    R"({"wall_ms":5,"steady_ms":5,"kind":"command","node":"c1","action":"off","actor":"hook",)"
    R"("mode":"guarded","slurm_busy":true,"slurm_state":"al\u001blocated","slurm_age_ms":1})";
constexpr const char* stop_line = R"({"wall_ms":6,"steady_ms":6,"kind":"stop","why":"a b"})";

void fill(test::RunningServer& server, int stops) {
    server.on_loop([&] {
        server.cluster().add_audit(off_line, "c1");
        for (int at = 0; at < stops; ++at) server.cluster().add_audit(stop_line, "");
        server.cluster().verdict.rows = 7;
        server.cluster().verdict.last_id = 7;
        server.cluster().verdict.last_hash = "abc";
    });
}

}  // namespace

TEST_CASE("audit show tells the newest entries, by node and without control characters") {
    test::RunningServer server{test::sample_snapshot(1)};
    fill(server, 2);
    const auto all = say(server.socket(), {"show"});
    CHECK(all.code == 0);
    CHECK(contains(all.out, "command      c1         action=off actor=hook mode=guarded"));
    CHECK(contains(all.out, "stop         -          why=a b"));
    CHECK_FALSE(contains(all.out, "\x1b"));
    CHECK_FALSE(contains(say(server.socket(), {"show", "c[1-2]"}).out, "stop"));
    CHECK(say(server.socket(), {"show", "c2"}).out.empty());
    CHECK_FALSE(contains(say(server.socket(), {"show", "-n", "1"}).out, "command"));
    const auto json = Json::parse(say(server.socket(), {"show", "--json"}).out);
    CHECK(json["entries"][0]["line"] == off_line);
    CHECK(json["entries"][0]["hash"] == "hash1");
    for (const auto& wrong : {std::vector<std::string>{"show", "--since", "1"}, {"show", "c["}, {}})
        CHECK(say(server.socket(), wrong).code == 2);
}

TEST_CASE("audit export writes every line as it was hashed, over several pages") {
    test::RunningServer server{test::sample_snapshot(1)};
    fill(server, 4500);
    const auto said = say(server.socket(), {"export"});
    CHECK(said.code == 0);
    CHECK(std::ranges::count(said.out, '\n') == 4501);
    CHECK(said.out.starts_with(std::string{off_line} + '\n' + stop_line + '\n'));
    CHECK(say(server.socket(), {"export", "c1"}).out == std::string{off_line} + '\n');
}

TEST_CASE("audit verify says whether the chain is whole, and where it is not") {
    test::RunningServer server{test::sample_snapshot(1)};
    fill(server, 1);
    const auto whole = say(server.socket(), {"verify"});
    CHECK(whole.code == 0);
    CHECK(whole.out == "7 entries are whole; the newest of them is 7 abc\n");
    const auto noted = say(server.socket(), {"verify", "--noted", "hash2"});
    CHECK(noted.code == 0);
    CHECK(contains(noted.out, "the noted hash is that of entry 2"));
    const auto foreign = say(server.socket(), {"verify", "--noted", "&x"});
    CHECK(foreign.code == 1);
    CHECK(contains(foreign.out, "THE NOTED HASH IS NOT IN THE CHAIN"));
    server.on_loop([&] {
        server.cluster().verdict.broken_id = 8;
        server.cluster().verdict.broken_why = "it is missing";
    });
    const auto broken = say(server.socket(), {"verify"});
    CHECK(broken.code == 1);
    CHECK(contains(broken.out, "BROKEN at entry 8: it is missing"));
    CHECK(say(server.socket(), {"verify", "--json"}).code == 1);
}

TEST_CASE("the audit names people: the address without authentication does not tell it") {
    test::RunningServer server{test::sample_snapshot(1)};
    for (const char* path : {"/api/v1/audit", "/api/v1/audit/verify"})
        CHECK(test::get(server, path).status == 403);
    for (const char* path :
         {"/api/v1/audit?most=x", "/api/v1/audit?most=5001", "/api/v1/audit?after=-1",
          "/api/v1/audit?since=yesterday", "/api/v1/audit?nodes=c%5B1"})
        CHECK(test::ask_socket(server.socket(), "GET", path).status == 400);
}

TEST_CASE("audit check needs no daemon and tells by its exit code") {
    const Scratch scratch;
    const std::filesystem::path nobody = scratch.path() / "no.sock";
    const std::string violates =
        std::string{off_line} + "\nnoise\n" + R"({"wall_ms":9,"steady_ms":9,"kind":"news"})" + "\n";
    const auto found = say(nobody, {"check", "-"}, violates);
    CHECK(found.code == 1);
    CHECK(contains(found.out,
                   "N1 line 1 1970-01-01T00:00:00.005Z c1: off while Slurm shows the node as"));
    CHECK(contains(found.out, "2 entries, 1 violations; facts judged: N1 1"));
    CHECK(contains(found.out, "not judged: 1 entries of the unknown kind 'news'"));
    CHECK(contains(found.out, "not judged: 1 lines are no entries, the first is line 2"));
    CHECK_FALSE(contains(found.out, "\x1b"));
    CHECK(say(nobody, {"check", "-"}, std::string{stop_line} + "\n").code == 0);
    CHECK(say(nobody, {"check", "-"}, "").code == 2);
    CHECK(say(nobody, {"check", (scratch.path() / "missing").string()}).code == 2);
    std::ofstream{scratch.path() / "file"} << violates;
    const auto json =
        Json::parse(say(nobody, {"check", "--json", (scratch.path() / "file").string()}).out);
    CHECK(json["violations"][0]["rule"] == "N1");
    CHECK(json["unreadable"] == 1);
}
