#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string>
#include <string_view>

#include "tests/bench/exporter_bench.h"
#include "tests/bench/hook_bench.h"
#include "tests/bench/ipmi_bench.h"
#include "tests/bench/metrics_bench.h"
#include "tests/bench/modbus_bench.h"
#include "tests/bench/redfish_bench.h"
#include "tests/bench/remote_write_bench.h"
#include "tests/bench/snmp_bench.h"
#include "tests/bench/store_bench.h"
#include "tests/bench/store_codec_bench.h"
#include "tests/bench/store_peers_bench.h"
#include "tests/bench/telemetry_bench.h"

namespace {

using namespace frugald::bench;

constexpr std::array benchmarks{
    Benchmark{"ipmi.codec.wrap_cpu_us", ipmi_wrap},
    Benchmark{"ipmi.poll.cpu_us_per_reading", ipmi_closed_loop},
    Benchmark{"ipmi.poll.10k_1hz", ipmi_paced},
    Benchmark{"ipmi.poll.50k_1hz", ipmi_paced_50k},
    Benchmark{"ipmi.poll.p99", ipmi_half_dead},
    Benchmark{"ipmi.sessions", ipmi_open},
    Benchmark{"ipmi.vs_exporter_ratio", ipmi_vs_exporter},
    Benchmark{"redfish.", redfish_read},
    Benchmark{"remote_write.encode_ns_per_sample", remote_write_encode},
    Benchmark{"remote_write.samples_per_second", remote_write_catch_up},
    Benchmark{"remote_write.live_cpu_ns_per_sample", remote_write_live},
    Benchmark{"hook.", hook_latency},
    Benchmark{"hook.crowd", hook_crowd},
    Benchmark{"metrics.", metrics_render},
    Benchmark{"modbus.cpu_us_per_read", modbus_read},
    Benchmark{"snmp.cpu_us_per_answer_48", snmp_answer},
    Benchmark{"snmp.2000_pdus_10s_", snmp_paced},
    Benchmark{"snmp.live_", snmp_silent},
    Benchmark{"store.", store_ingest},
    Benchmark{"store.node_day", store_read_day},
    Benchmark{"store.fleet_month_s", store_read_month},
    Benchmark{"store.recorded", store_recorded},
    Benchmark{"store.vs_victoria_", store_vs_victoria},
    Benchmark{"store.vs_prometheus_", store_vs_prometheus},
    Benchmark{"store_codec.", store_codec_chunks},
    Benchmark{"store_codec.round", store_codec_rounds},
    Benchmark{"telemetry.take_us", telemetry_take},
    Benchmark{"telemetry.replay.", telemetry_replay},
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

int run(const Benchmark& benchmark, bool json) {
    try {
        benchmark.run(json ? print_json : print_text);
    } catch (const std::exception& error) {
        fmt::print(stderr, "frugald-bench: {}: {}\n", benchmark.name, error.what());
        return 1;
    }
    return 0;
}

/// In a process of its own, so that none finds the memory and the descriptors of another.
int run_apart(const Benchmark& benchmark, bool json) {
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const int failed = run(benchmark, json);
        std::fflush(stdout);
        _exit(failed);
    }
    int status = 1;
    if (child < 0 || waitpid(child, &status, 0) != child) return 1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
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
        if (selected(benchmark.name, filter) && run_apart(benchmark, json) != 0) failed = 1;
    }
    return failed;
}
