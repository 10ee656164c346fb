#include "tests/bench/metrics_bench.h"

#include <stdexcept>

#include "daemon/export/gzip.h"
#include "daemon/export/json.h"
#include "daemon/export/metrics.h"
#include "tests/daemon/export/sample_snapshot.h"

namespace frugald::bench {

namespace {

constexpr unsigned nodes = 10000;
constexpr unsigned rounds = 10;

/// CPU time of one `work`, on average.
template <class Work>
void measure(const Report& report, const char* name, Work work) {
    if (work().empty()) throw std::runtime_error("nothing was rendered");
    const auto before = cpu_time();
    for (unsigned i = 0; i < rounds; ++i)
        if (work().empty()) throw std::runtime_error("nothing was rendered");
    const std::chrono::duration<double, std::milli> spent = cpu_time() - before;
    report({name, spent.count() / rounds, "ms", rounds});
}

}  // namespace

void metrics_render(const Report& report) {
    const Snapshot snapshot = test::sample_snapshot(nodes);
    measure(report, "metrics.render_ms_10k_nodes", [&] { return render_metrics(snapshot); });
    const std::string text = render_metrics(snapshot);
    measure(report, "metrics.gzip_ms_10k_nodes", [&] { return gzip(text); });
    measure(report, "metrics.nodes_json_ms_10k_nodes", [&] { return json::nodes(snapshot, {}); });
}

}  // namespace frugald::bench
