#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/daemon/hook/site.h"

using namespace frugald::hook;
using namespace std::chrono_literals;
using Behaviour = HookServer::Behaviour;

namespace {

bool recent(const Message& message) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto age =
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count() - message.called_at_ms;
    return age >= 0 && age < 60000;
}

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("the program's name is the verb, its argument the nodes") {
    const std::pair<const char*, Verb> rows[] = {{"suspend", Verb::suspend},
                                                 {"resume", Verb::resume},
                                                 {"resume-fail", Verb::resume_fail},
                                                 {"resume_fail", Verb::resume_fail},
                                                 {"resumefail", Verb::resume_fail}};
    for (const auto& [name, verb] : rows) {
        CAPTURE(name);
        const Site site;
        HookServer server{site.socket(), Behaviour::accept};
        HookProcess hook{site.path(), {.verb = name, .arguments = {"n[1-3],x"}}};
        CHECK(hook.wait() == 0);
        const auto messages = server.messages();
        REQUIRE(messages.size() == 1);
        CHECK(messages[0].verb == verb);
        CHECK(messages[0].nodes == "n[1-3],x");
        CHECK(messages[0].resume_file.empty());
        CHECK(recent(messages[0]));
        CHECK(site.files_in_spool() == 0);
    }
}

TEST_CASE("a resume brings the bytes of SLURM_RESUME_FILE") {
    const Site site;
    std::string content = "{\"all_nodes\":\"n1\"}";
    content.append(2'000'000, '\0');
    const auto file = site.scratch.write("resume.json", content);
    HookServer server{site.socket(), Behaviour::accept};
    HookProcess hook{site.path(), {.verb = "resume", .resume_file = file.string()}};
    CHECK(hook.wait() == 0);
    HookProcess no_file{site.path(),
                        {.verb = "resume", .resume_file = "/none", .keep_stderr = true}};
    CHECK(no_file.wait() == 0);
    CHECK(no_file.errors().find("cannot read SLURM_RESUME_FILE /none") != std::string::npos);
    HookProcess suspend{site.path(), {.verb = "suspend", .resume_file = file.string()}};
    CHECK(suspend.wait() == 0);
    const auto messages = server.messages();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].resume_file == content);
    CHECK(messages[1].resume_file.empty());
    CHECK(messages[2].resume_file.empty());
}

TEST_CASE("the longest argument the kernel allows arrives whole") {
    const Site site;
    HookServer server{site.socket(), Behaviour::accept};
    std::string nodes = "n1";
    while (nodes.size() < 131000) nodes.append(",n").append(std::to_string(nodes.size()));
    HookProcess hook{site.path(), {.arguments = {nodes}}};
    CHECK(hook.wait() == 0);
    REQUIRE(server.messages().size() == 1);
    CHECK(server.messages()[0].nodes == nodes);
}

TEST_CASE("no daemon: every verb is kept in the spool at once") {
    const Site site;
    for (const auto* verb : {"suspend", "resume", "resume-fail"}) {
        HookProcess hook{site.path(), {.verb = verb, .keep_stderr = true}};
        CHECK(hook.wait() == 1);
        CHECK(hook.took() < 1s);
        const auto line = hook.errors();
        CHECK(line.find("frugald did not take it (connect to") != std::string::npos);
        CHECK(line.find("kept as") != std::string::npos);
        CHECK(std::ranges::count(line, '\n') == 1);
    }
    const auto messages = site.spooled();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].verb == Verb::suspend);
    CHECK(messages[1].verb == Verb::resume);
    CHECK(messages[2].verb == Verb::resume_fail);
}

TEST_CASE("a daemon that hangs, hangs up or talks nonsense: spooled within two seconds") {
    const std::pair<Behaviour, const char*> rows[] = {
        {Behaviour::hang, "acknowledgement: no answer in time"},
        {Behaviour::half, "acknowledgement: the daemon hung up"},
        {Behaviour::garbage, "the acknowledgement is garbage"}};
    for (const auto& [behaviour, reason] : rows) {
        CAPTURE(reason);
        const Site site;
        HookServer server{site.socket(), behaviour};
        HookProcess hook{site.path(), {.keep_stderr = true}};
        CHECK(hook.wait() == 1);
        CHECK(hook.took() < allowed_time);
        CHECK(hook.errors().find(reason) != std::string::npos);
        REQUIRE(site.spooled().size() == 1);
        CHECK(site.spooled()[0] == server.messages().at(0));
    }
}

TEST_CASE("a refusal is logged and not kept") {
    const Site site;
    HookServer server{site.socket(), Behaviour::refuse};
    HookProcess hook{site.path(), {.keep_stderr = true}};
    CHECK(hook.wait() == 2);
    CHECK(hook.errors().find("refused by frugald: because?of n1") != std::string::npos);
    CHECK(site.files_in_spool() == 0);
}

TEST_CASE("neither daemon nor spool: said loudly") {
    const Site site;
    std::filesystem::remove(site.path() / "spool");
    HookProcess hook{site.path(), {.keep_stderr = true}};
    CHECK(hook.wait() == 2);
    CHECK(hook.errors().find("LOST") != std::string::npos);
}

TEST_CASE("wrong calls are answered with the usage") {
    const Site site;
    const HookProcess::Start rows[] = {{.verb = "x", .keep_stderr = true},
                                       {.arguments = {}, .keep_stderr = true},
                                       {.arguments = {""}, .keep_stderr = true},
                                       {.arguments = {"n1", "n2"}, .keep_stderr = true}};
    for (const auto& row : rows) {
        HookProcess hook{site.path(), row};
        CHECK(hook.wait() == 2);
        CHECK(hook.errors().find("usage: ") != std::string::npos);
    }
    CHECK(site.files_in_spool() == 0);
}

TEST_CASE("X1: a hostile argument is carried, not run, and cannot forge a log line") {
    const Site site;
    const std::string hostile = "n1\nMESSAGE=all is well\n$(reboot);'\"\x1b[2J\x7f-o../";
    HookProcess hook{site.path(), {.arguments = {hostile}, .keep_stderr = true}};
    CHECK(hook.wait() == 1);
    const auto line = hook.errors();
    CHECK(std::ranges::count(line, '\n') == 1);
    CHECK(line.find('\x1b') == std::string::npos);
    REQUIRE(site.spooled().size() == 1);
    CHECK(site.spooled()[0].nodes == hostile);
}

TEST_CASE("closed descriptors and blocked signals of slurmctld are undone") {
    const Site site;
    HookServer server{site.socket(), Behaviour::hang};
    HookProcess hook{site.path(), {}};
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (server.messages().empty() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(5ms);
    REQUIRE(server.messages().size() == 1);
    const auto process = std::filesystem::path{"/proc"} / std::to_string(hook.pid());
    for (const auto* fd : {"0", "1", "2"})
        CHECK(std::filesystem::read_symlink(process / "fd" / fd) == "/dev/null");
    std::istringstream status{slurp(process / "status")};
    std::string blocked, ignored;
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("SigBlk:")) blocked = line.substr(8);
        if (line.starts_with("SigIgn:")) ignored = line.substr(8);
    }
    CHECK(blocked == "0000000000000000");
    // SIGPIPE alone; 32 and 33 are the C library's own and cannot be reset.
    CHECK((std::stoull(ignored, nullptr, 16) & ~(3ULL << 31)) == 1ULL << (SIGPIPE - 1));
    CHECK(hook.wait() == 1);
}
