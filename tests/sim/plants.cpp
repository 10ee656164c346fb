#include "tests/sim/plants.h"

namespace frugald::sim {

namespace {
/// The guard is a plain function: what it leaves out is one for the process.
std::string left_out;
}  // namespace

void plant(std::string_view rule) { left_out = rule; }

Verdict planted_guard(const Action& action, const GuardFacts& facts) {
    for (const auto& rule : guard_rules()) {
        if (rule.number == left_out) continue;
        if (auto verdict = rule.ask(action, facts); !verdict.allowed) return verdict;
    }
    return {};
}

bool sends_late(const std::string& planted) { return planted == "N2"; }
bool overrates_feeds(const std::string& planted) { return planted == "N3"; }
bool ends_leases_late(const std::string& planted) { return planted == "N4"; }
bool caps_switch_off(const std::string& planted) { return planted == "N6"; }
bool ignores_identity(const std::string& planted) { return planted == "N9"; }

}  // namespace frugald::sim
