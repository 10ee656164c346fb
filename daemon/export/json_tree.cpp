#include "daemon/core/tree_picture.h"
#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

namespace {

template <class Unit>
Json number(const std::optional<Amount<Unit>>& amount) {
    return amount ? Json(amount->value) : Json(nullptr);
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// Null where there is nothing to sum. A sum with holes is still told, with its coverage.
Json sum_json(const TreeSum& sum) {
    if (sum.all == 0) return nullptr;
    return {{"watts", sum.known == 0 ? Json(nullptr) : Json(sum.watts.value)},
            {"known", sum.known},
            {"all", sum.all},
            {"coverage_percent", *sum.percent()}};
}

Json level_json(const TreeLevel& level) {
    Json lines = Json::array();
    for (const TreeLine& line : level.lines)
        lines.push_back({{"name", line.name}, {"amperes", number(line.amperes)}});
    return {{"name", level.name},
            {"kind", text_or_null(level.kind)},
            {"parent", text_or_null(level.parent)},
            {"redundant_with", text_or_null(level.redundant_with)},
            {"measured_by", text_or_null(level.measured_by)},
            {"measured_watts", number(level.measured)},
            {"used_watts", number(level.used)},
            {"nodes", sum_json(level.nodes)},
            {"outlets", sum_json(level.outlets)},
            {"children", sum_json(level.children)},
            {"lines", std::move(lines)},
            {"rating_watts", number(level.rating)},
            {"rating_amperes", number(level.rating_amperes)},
            {"limit_watts", number(level.limit)},
            {"limit_amperes", number(level.limit_amperes)},
            {"headroom_watts", number(level.headroom)},
            {"headroom_amperes", number(level.headroom_amperes)},
            {"headroom_one_lost_watts", number(level.headroom_one_lost)},
            {"headroom_one_lost_amperes", number(level.headroom_one_lost_amperes)},
            {"surplus_watts", level.surplus.value},
            {"energy_joules", number(level.energy)}};
}

}  // namespace

std::string tree(const Snapshot& now) {
    Json levels = Json::array(), suspects = Json::array();
    if (now.tree) {
        for (const TreeLevel& level : now.tree->levels) levels.push_back(level_json(level));
        for (const TreeSuspicion& one : now.tree->suspicions)
            suspects.push_back({{"source", one.source},
                                {"fault", one.fault},
                                {"evidence", one.evidence},
                                {"since", iso8601(one.since)}});
    }
    return dump({{"schema", schema},
                 {"at", iso8601(now.at.wall)},
                 {"levels", std::move(levels)},
                 {"suspects", std::move(suspects)}});
}

}  // namespace frugald::json
