#include "tests/bench/hook_bench.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <vector>

#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned at_once = 64;
constexpr unsigned rounds = 30;

/// A frugald that only measures nothing and takes hooks: the nodes' BMCs do not exist.
std::string configuration(const std::string& directory) {
    return fmt::format(R"([daemon]
state_directory = "{0}/state"
runtime_directory = "{0}/run"
spool_directory = "{0}/spool"
secrets_file = "{0}/secrets.toml"
[access]
http_listen = ""
[ipmi]
[[ipmi.group]]
nodes = "n[1-{1}]"
bmc = "127.20.99.[1-{1}]"
port = 6239
user = "admin"
secret = "bmc"
)",
                       directory, at_once);
}

class Daemon {
public:
    Daemon() {
        const auto directory = scratch.path();
        for (const char* name : {"state", "run", "spool"})
            std::filesystem::create_directory(directory / name);
        scratch.write("frugald.toml", configuration(directory));
        scratch.write("hook.conf", fmt::format("socket={0}/run/hook.sock\nspool={0}/spool\n",
                                               directory.string()));
        std::filesystem::permissions(scratch.write("secrets.toml", "bmc = \"x\"\n"),
                                     std::filesystem::perms{0600});
        std::filesystem::create_symlink(FRUGALD_HOOK_PROGRAM, directory / "resume");
        program_ = std::make_unique<test::Program>(
            std::vector<std::string>{FRUGALD_PROGRAM, "-c", directory / "frugald.toml"},
            directory.string());
        const auto give_up = Clock::now() + std::chrono::seconds{10};
        while (!std::filesystem::exists(directory / "run/hook.sock"))
            if (Clock::now() > give_up) throw std::runtime_error("frugald does not start");
    }
    Scratch scratch;

private:
    std::unique_ptr<test::Program> program_;
};

pid_t start_hook(const std::string& program, const std::string& node) {
    std::string name = program, argument = node;
    char* arguments[] = {name.data(), argument.data(), nullptr};
    char* environment[] = {nullptr};
    pid_t pid = 0;
    if (posix_spawn(&pid, program.c_str(), nullptr, nullptr, arguments, environment) != 0)
        throw std::runtime_error("frugald-hook does not start");
    return pid;
}

/// The times of one volley, in milliseconds.
void volley(const std::string& program, std::vector<double>& times) {
    std::map<pid_t, Clock::time_point> started;
    for (unsigned i = 1; i <= at_once; ++i) {
        const auto now = Clock::now();
        started[start_hook(program, fmt::format("n{}", i))] = now;
    }
    for (unsigned i = 0; i < at_once; ++i) {
        int status = 0;
        const pid_t pid = wait3(&status, 0, nullptr);
        const std::chrono::duration<double, std::milli> took = Clock::now() - started.at(pid);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            throw std::runtime_error("a hook was not acknowledged");
        times.push_back(took.count());
    }
}

}  // namespace

void hook_latency(const Report& report) {
    Daemon daemon;
    std::vector<double> times;
    for (unsigned round = 0; round < rounds; ++round)
        volley(daemon.scratch.path() / "resume", times);
    std::ranges::sort(times);
    report({"hook.p50_ms", times[times.size() / 2], "ms", times.size()});
    report({"hook.p99_ms", times[times.size() * 99 / 100], "ms", times.size()});
}

}  // namespace frugald::bench
