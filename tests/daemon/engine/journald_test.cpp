#include "daemon/engine/journald.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "daemon/hook/descriptor.h"
#include "tests/support/scratch.h"

using namespace frugald;

namespace {

/// A datagram socket where the journal's would be.
struct Listener {
    hook::Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    std::string path;

    explicit Listener(const std::filesystem::path& at) : path(at.string()) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    std::vector<std::string> next() const {
        char buffer[8192];
        const auto got = ::recv(socket.fd(), buffer, sizeof buffer, MSG_DONTWAIT);
        std::istringstream text{std::string(buffer, got < 0 ? 0 : static_cast<std::size_t>(got))};
        std::vector<std::string> lines;
        for (std::string line; std::getline(text, line);) lines.push_back(line);
        return lines;
    }
};

bool has(const std::vector<std::string>& lines, const std::string& line) {
    CAPTURE(line);
    return std::ranges::find(lines, line) != lines.end();
}

}  // namespace

TEST_CASE("a refusal is an entry of the journal with its fields") {
    const Scratch scratch;
    const Listener journal{scratch.path() / "socket"};
    Journald{journal.path}.send({.at = {},
                                 .kind = "refused",
                                 .node = "n1",
                                 .fields = {{"action", "off"},
                                            {"actor", "admin"},
                                            {"by", "uid 0 (root)"},
                                            {"rule", "N1"},
                                            {"why", "job 7 is on n1"}}});
    const auto entry = journal.next();
    for (const char* line :
         {"PRIORITY=5", "SYSLOG_IDENTIFIER=frugald", "MESSAGE_ID=749ae629b2a44e4a9a4da5ad6b684b43",
          "FRUGALD_KIND=refused", "FRUGALD_NODE=n1", "FRUGALD_ACTION=off",
          "FRUGALD_ACTOR=uid 0 (root)", "FRUGALD_RULE=N1", "FRUGALD_REASON=job 7 is on n1",
          "MESSAGE=n1: refused action=off actor=admin by=uid 0 (root) rule=N1 "
          "why=job 7 is on n1"})
        CHECK(has(entry, line));
    CHECK(entry.size() == 10);
}

TEST_CASE("X1: hostile texts cannot add fields or entries") {
    const Scratch scratch;
    const Listener journal{scratch.path() / "socket"};
    const std::string hostile =
        "x\nFRUGALD_RULE=N9\n\nMESSAGE=all is well\x1b[2J" + std::string(1'000'000, 'a');
    Journald{journal.path}.send(
        {.at = {}, .kind = "incident", .node = "", .fields = {{"what", hostile}, {"ok", false}}});
    const auto entry = journal.next();
    CHECK(entry.size() == 7);
    CHECK(has(entry, "PRIORITY=4"));
    CHECK(has(entry, "FRUGALD_RESULT=no"));
    for (const auto& line : entry) {
        CHECK(line.size() < 1100);
        CHECK(line.find('\x1b') == std::string::npos);
        CHECK_FALSE(line.starts_with("FRUGALD_RULE"));
    }
    CHECK(journal.next().empty());
}

TEST_CASE("without a journal, and of kinds without a number, nothing is sent and nothing waits") {
    const Scratch scratch;
    Journald{""}.send({.at = {}, .kind = "stop"});
    Journald{(scratch.path() / "nobody").string()}.send({.at = {}, .kind = "stop"});
    const Listener journal{scratch.path() / "socket"};
    Journald{journal.path}.send({.at = {}, .kind = "figures"});
    CHECK(journal.next().empty());
    for (int at = 0; at < 5000; ++at) Journald{journal.path}.send({.at = {}, .kind = "stop"});
    CHECK_FALSE(journal.next().empty());
}

TEST_CASE("the journal is used where stderr is the journal") {
    ::unsetenv("FRUGALD_JOURNAL_SOCKET");
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    CHECK(journal_socket().empty());
    ::setenv("FRUGALD_JOURNAL_SOCKET", "/x", 1);
    CHECK(journal_socket() == "/x");
    ::unsetenv("FRUGALD_JOURNAL_SOCKET");
    ::unsetenv("JOURNAL_STREAM");
    CHECK(journal_socket().empty());
}

TEST_CASE("the numbers of the documentation are those of the program") {
    std::ifstream page{FRUGALD_SOURCE_DIR "/docs/audit.md"};
    REQUIRE(page);
    std::stringstream text;
    text << page.rdbuf();
    const Scratch scratch;
    const Listener journal{scratch.path() / "socket"};
    for (const char* kind :
         {"command", "answer", "refused", "incident", "hook", "request", "hold", "release", "mode",
          "config", "stop", "identity", "quarantine", "quarantine_end", "read_back", "cap_end"}) {
        CAPTURE(kind);
        Journald{journal.path}.send({.at = {}, .kind = kind});
        std::string id;
        for (const auto& line : journal.next())
            if (line.starts_with("MESSAGE_ID=")) id = line.substr(11);
        CHECK(id.size() == 32);
        CHECK(text.str().find("| `" + std::string{kind} + "` | `" + id + "` |") !=
              std::string::npos);
    }
}
