#include "daemon/core/disagreement.h"

#include <array>

namespace frugald {

namespace {

struct Kind {
    const char* name;
    std::optional<ActionKind> repair;
};

constexpr std::array<Kind, disagreement_kinds> kinds{{
    {"on_though_powered_down", ActionKind::power_off},
    {"off_though_in_service", ActionKind::power_on},
    {"draws_though_off", std::nullopt},
    {"stuck_powering_down", std::nullopt},
    {"stuck_powering_up", std::nullopt},
    {"down_after_resume", ActionKind::wake},
    {"missing_in_slurm", std::nullopt},
}};

const Kind& at(Disagreement kind) { return kinds[static_cast<std::size_t>(kind)]; }

}  // namespace

const char* to_string(Disagreement kind) { return at(kind).name; }
std::optional<ActionKind> repair_of(Disagreement kind) { return at(kind).repair; }

const std::vector<std::string>& repairable_kinds() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& kind : kinds)
            if (kind.repair) all.emplace_back(kind.name);
        return all;
    }();
    return names;
}

}  // namespace frugald
