#include "tests/sim/options.h"

#include <charconv>
#include <string_view>

namespace frugald::sim {

namespace {

template <class Number>
bool read(std::string_view text, Number& into) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), into);
    return failed == std::errc{} && end == text.data() + text.size();
}

bool read_value(Options& options, std::string_view name, std::string_view value) {
    if (name == "--seed") return read(value, options.plan.seed);
    if (name == "--nodes") return read(value, options.plan.nodes) && options.plan.nodes > 0;
    if (name == "--runs") return read(value, options.runs) && options.runs > 0;
    if (name == "--jobs") return read(value, options.jobs) && options.jobs > 0;
    if (name == "--plant") options.plan.plant = value;
    if (name == "--plant") return true;
    int days = 0;
    if (name != "--days" || !read(value, days) || days < 1) return false;
    options.plan.lasts = hours{24 * days};
    return true;
}

}  // namespace

std::optional<Options> read_options(int argc, char** argv) {
    Options options;
    for (int at = 1; at < argc; ++at) {
        const std::string_view name = argv[at];
        if (name == "--trace") {
            options.plan.trace = true;
        } else if (name == "--json") {
            options.json = true;
        } else if (name == "--no-faults") {
            options.plan.faults = false;
        } else if (++at >= argc || !read_value(options, name, argv[at])) {
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace frugald::sim
