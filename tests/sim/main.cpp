// frugald-sim: the real engine in a simulated cluster, seed by seed (docs/simulation.md).

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "tests/sim/options.h"
#include "tests/sim/simulation.h"

namespace {

using namespace frugald::sim;

std::string in_days(milliseconds at) {
    const auto ms = at.count();
    return fmt::format("d{} {:02}:{:02}:{:02}.{:03}", ms / 86400000, ms / 3600000 % 24,
                       ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

std::uint64_t count(const Report& report, const char* what) {
    const auto found = report.counts.find(what);
    return found == report.counts.end() ? 0 : found->second;
}

void print(const Plan& plan, const Report& report, double took) {
    fmt::print(
        "seed {} {} {:.0f} d in {:.2f} s: {} suspends, {} resumes, {} jobs ({} lost), {} "
        "faults, {} starts, {} down, hash {:016x}\n",
        plan.seed, report.failures.empty() ? "ok" : "FAILED", report.days, took,
        count(report, "suspends"), count(report, "resumes"), count(report, "jobs"),
        count(report, "jobs lost"), count(report, "faults"), count(report, "starts"),
        count(report, "nodes down"), report.hash);
    std::size_t told = 0;
    for (const auto& [at, rule, text] : report.failures)
        if (++told <= 10)
            fmt::print("  seed {} at {}: {}: {}\n", plan.seed, in_days(at), rule, text);
    if (told > 10) fmt::print("  and {} more\n", told - 10);
    if (plan.trace)
        for (const auto& [what, times] : report.counts) fmt::print("  {:>6} {}\n", times, what);
}

/// Every `jobs`-th seed, from this one on.
int run_some(const Options& options, unsigned first) {
    bool failed = false;
    for (unsigned k = first; k < options.runs; k += options.jobs) {
        Plan plan = options.plan;
        plan.seed += k;
        const auto begin = std::chrono::steady_clock::now();
        const auto report = simulate(plan);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        failed = failed || !report.failures.empty();
        print(plan, report, took.count());
        std::fflush(stdout);
    }
    return failed ? 1 : 0;
}

int run_all(const Options& options) {
    std::vector<pid_t> children;
    for (unsigned job = 1; job < options.jobs; ++job) {
        const pid_t child = fork();
        if (child == 0) _exit(run_some(options, job));
        if (child > 0) children.push_back(child);
    }
    int failed = run_some(options, 0);
    for (const pid_t child : children) {
        int status = 1;
        const bool ended = waitpid(child, &status, 0) == child && WIFEXITED(status);
        if (!ended || WEXITSTATUS(status) != 0) failed = 1;
    }
    return failed;
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = read_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "{}", usage);
        return 2;
    }
    const auto begin = std::chrono::steady_clock::now();
    const int failed = run_all(*options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double days =
        static_cast<double>(options->runs) * static_cast<double>(options->plan.lasts.count()) / 24;
    const double per_minute = days / took.count() * 60;
    if (options->json)
        fmt::print(
            "{{\"name\":\"sim.cluster_days_per_minute\",\"value\":{:.6g},\"unit\":\"1\","
            "\"n\":{}}}\n",
            per_minute, options->runs);
    else
        fmt::print(
            "{} runs, {:.0f} cluster-days of {} nodes in {:.1f} s: {:.0f} cluster-days a "
            "minute\n",
            options->runs, days, options->plan.nodes, took.count(), per_minute);
    return failed;
}
