#include <fmt/format.h>

#include <array>
#include <exception>
#include <string>
#include <string_view>

#include "tests/bench/hook_bench.h"
#include "tests/bench/ipmi_bench.h"
#include "tests/bench/metrics_bench.h"

namespace {

using namespace frugald::bench;

constexpr std::array benchmarks{
    Benchmark{"ipmi.codec.wrap_cpu_us", ipmi_wrap},
    Benchmark{"ipmi.poll.cpu_us_per_reading", ipmi_closed_loop},
    Benchmark{"ipmi.poll.10k_1hz", ipmi_paced},
    Benchmark{"hook.", hook_latency},
    Benchmark{"metrics.", metrics_render},
};

void print_json(const Figure& figure) {
    fmt::print("{{\"name\":\"{}\",\"value\":{:.6g},\"unit\":\"{}\",\"n\":{}}}\n", figure.name,
               figure.value, figure.unit, figure.n);
}

void print_text(const Figure& figure) {
    fmt::print("{:<40} {:>12.6g} {:<8} (n = {})\n", figure.name, figure.value, figure.unit,
               figure.n);
}

bool selected(std::string_view name, std::string_view filter) {
    return name.starts_with(filter) || filter.starts_with(name);
}

int usage() {
    fmt::print(stderr, "usage: frugald-bench [--filter PREFIX] [--json]\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view filter;
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--json")
            json = true;
        else if (word == "--filter" && i + 1 < argc)
            filter = argv[++i];
        else
            return usage();
    }
    int failed = 0;
    for (const Benchmark& benchmark : benchmarks) {
        if (!selected(benchmark.name, filter)) continue;
        try {
            benchmark.run(json ? print_json : print_text);
        } catch (const std::exception& error) {
            fmt::print(stderr, "frugald-bench: {}: {}\n", benchmark.name, error.what());
            failed = 1;
        }
        std::fflush(stdout);
    }
    return failed;
}
