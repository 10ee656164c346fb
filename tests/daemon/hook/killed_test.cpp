// S8: slurmctld (scontrol reconfigure, a timeout) kills the hook in the middle of anything.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <fstream>
#include <map>
#include <thread>

#include "tests/daemon/hook/site.h"

using Behaviour = HookServer::Behaviour;
using frugald::hook::Message;

namespace {

/// The hook under strace, with these options before the program's name; strace's status.
int run_traced(const Site& site, const std::string& file, std::vector<std::string> options) {
    std::vector<std::string> words{"strace"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(),
                 {"-E", "SLURM_RESUME_FILE=" + file, site.path() / "resume", "n[1-3]"});
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::open("/dev/null", O_RDWR), 2);
        ::execvp("strace", argv.data());
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

/// A system call of a run: its name, and how many of that name there have been.
struct Call {
    std::string name;
    int number;
};

/// What the hook calls when nobody disturbs it; empty where strace cannot run.
std::vector<Call> calls_of(const Site& site, const std::string& file) {
    const auto trace = (site.path() / "trace").string();
    const int status = run_traced(site, file, {"-o", trace});
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) return {};
    std::vector<Call> calls;
    std::map<std::string, int> seen;
    std::ifstream lines{trace};
    for (std::string line; std::getline(lines, line);) {
        const auto name = line.substr(0, line.find('('));
        const bool dull = name == "rt_sigaction" && seen[name] > 1;  // one for each signal
        if (line.starts_with("+++") || name == "execve" || dull) continue;
        calls.push_back({name, ++seen[name]});
    }
    return calls;
}

void check_whole(const std::vector<Message>& messages, const std::string& content) {
    for (const auto& message : messages) {
        CHECK(message.nodes == "n[1-3]");
        CHECK(message.resume_file == content);
    }
}

/// Kills it at every call, each time in a new place, and looks at what is left of the message.
/// Returns at how many calls it was killed; 0: cannot be tried here. With AddressSanitizer its own
/// system calls would be the ones killed.
template <class Look>
std::size_t kill_everywhere(bool with_daemon, Look look) {
    const std::string content(100'000, 'j');
    const auto try_it = [&](auto run) {
        const Site site;
        const auto file = site.scratch.write("resume.json", content).string();
        std::unique_ptr<HookServer> server;
        if (with_daemon) server = std::make_unique<HookServer>(site.socket(), Behaviour::accept);
        run(site, file);
        // The server's thread may still be reading what was sent before.
        if (server) std::this_thread::sleep_for(std::chrono::milliseconds{10});
        const auto arrived = server ? server->messages() : std::vector<Message>{};
        const auto kept = site.spooled();
        check_whole(arrived, content);
        check_whole(kept, content);
        look(arrived.size(), kept.size());
    };
    std::vector<Call> calls;
    try_it([&](const Site& site, const std::string& file) { calls = calls_of(site, file); });
    for (const auto& [name, number] : calls) {
        const auto inject = "inject=" + name + ":signal=SIGKILL:when=" + std::to_string(number);
        CAPTURE(inject);
        try_it([&](const Site& site, const std::string& file) {
            const int status = run_traced(site, file, {"-o", "/dev/null", "-e", inject});
            // strace ends as the program did.
            CHECK(WIFSIGNALED(status));
        });
    }
    return calls.size();
}

}  // namespace

TEST_CASE("S8: killed at any system call, the daemon has the whole message or none" *
          doctest::skip(sanitized)) {
    std::size_t runs = 0, delivered = 0;
    const auto calls = kill_everywhere(true, [&](std::size_t arrived, std::size_t kept) {
        CHECK(arrived <= 1);
        CHECK(kept == 0);
        ++runs;
        delivered += arrived;
    });
    if (calls == 0) {
        MESSAGE("skipped: strace cannot trace here");
        return;
    }
    MESSAGE("killed at each of " << calls << " system calls; delivered in " << delivered << " of "
                                 << runs << " runs");
    CHECK(calls > 10);
    CHECK(delivered > 1);  // the first run is not disturbed
    CHECK(delivered < runs);
}

TEST_CASE(
    "S8: killed at any system call without a daemon, the spool has the whole message or none" *
    doctest::skip(sanitized)) {
    std::size_t runs = 0, written = 0;
    const auto calls = kill_everywhere(false, [&](std::size_t, std::size_t kept) {
        CHECK(kept <= 1);
        ++runs;
        written += kept;
    });
    if (calls == 0) {
        MESSAGE("skipped: strace cannot trace here");
        return;
    }
    MESSAGE("killed at each of " << calls << " system calls; kept in " << written << " of " << runs
                                 << " runs");
    CHECK(calls > 15);
    CHECK(written > 1);
    CHECK(written < runs);
}
