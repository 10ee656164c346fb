#include "tests/bench/hook_bench.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
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
        for (const char* verb : {"suspend", "resume"})
            std::filesystem::create_symlink(FRUGALD_HOOK_PROGRAM, directory / verb);
        program_ = std::make_unique<test::Program>(
            std::vector<std::string>{FRUGALD_PROGRAM, "-c", directory / "frugald.toml"},
            directory.string());
        const auto give_up = Clock::now() + std::chrono::seconds{10};
        while (!std::filesystem::exists(directory / "run/hook.sock"))
            if (Clock::now() > give_up) throw std::runtime_error("frugald does not start");
    }
    /// CPU time of all its threads so far, in milliseconds: the scheduler's own count.
    double cpu_ms() const {
        const auto tasks = fmt::format("/proc/{}/task", program_->pid());
        double nanoseconds = 0, used = 0;
        for (const auto& task : std::filesystem::directory_iterator(tasks))
            if (std::ifstream file{task.path() / "schedstat"}; file >> used) nanoseconds += used;
        return nanoseconds / 1e6;
    }
    /// Messages in the spool: what hooks could not hand over.
    std::size_t spooled() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator{scratch.path() / "spool"}, {}));
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

struct Volley {
    std::vector<double> times_ms{};
    double hooks_cpu_ms = 0;
    std::size_t acknowledged = 0;
};

/// `count` hooks at once, for the nodes in turn.
void fire(const std::string& program, unsigned count, Volley& volley) {
    std::map<pid_t, Clock::time_point> started;
    for (unsigned i = 0; i < count; ++i) {
        const auto now = Clock::now();
        started[start_hook(program, fmt::format("n{}", i % at_once + 1))] = now;
    }
    const auto ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    for (unsigned i = 0; i < count; ++i) {
        int status = 0;
        rusage used{};
        const pid_t pid = wait3(&status, 0, &used);
        const std::chrono::duration<double, std::milli> took = Clock::now() - started.at(pid);
        volley.acknowledged += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        volley.times_ms.push_back(took.count());
        volley.hooks_cpu_ms += ms(used.ru_utime) + ms(used.ru_stime);
    }
}

}  // namespace

void hook_latency(const Report& report) {
    Daemon daemon;
    Volley all;
    const double before = daemon.cpu_ms();
    // In turns, so that every call is a new request, on disk before its acknowledgement.
    for (unsigned round = 0; round < rounds; ++round)
        fire(daemon.scratch.path() / (round % 2 ? "suspend" : "resume"), at_once, all);
    const double spent = daemon.cpu_ms() - before;
    auto& times = all.times_ms;
    if (all.acknowledged != times.size()) throw std::runtime_error("a hook was not acknowledged");
    std::ranges::sort(times);
    const auto count = static_cast<double>(times.size());
    report({"hook.p50_ms", times[times.size() / 2], "ms", times.size()});
    report({"hook.p99_ms", times[times.size() * 99 / 100], "ms", times.size()});
    // What does not depend on who else uses the machine.
    report({"hook.cpu_ms", all.hooks_cpu_ms / count, "ms per hook", times.size()});
    report({"hook.daemon_cpu_ms", spent / count, "ms per hook", times.size()});
}

void hook_crowd(const Report& report) {
    constexpr unsigned crowd = 10'000;
    Daemon daemon;
    Volley volley;
    fire(daemon.scratch.path() / "resume", crowd, volley);
    auto& times = volley.times_ms;
    std::ranges::sort(times);
    const auto spooled = daemon.spooled();
    report({"hook.crowd_p99_ms", times[times.size() * 99 / 100], "ms", times.size()});
    report({"hook.crowd_spooled", static_cast<double>(spooled), "of 10,000", times.size()});
    report({"hook.crowd_lost",
            static_cast<double>(crowd) - static_cast<double>(volley.acknowledged + spooled),
            "of 10,000", times.size()});
}

}  // namespace frugald::bench
