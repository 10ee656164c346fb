#include "daemon/core/pue_picture.h"
#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

namespace {

constexpr std::size_t shown_days = 31, shown_months = 12;

Json figure_json(const PueFigure& figure) {
    return {{"period", figure.period},
            {"from", iso8601(figure.from)},
            {"to", iso8601(figure.to)},
            {"pue", number_or_null(figure.value)},
            {"uncertainty", number_or_null(figure.uncertainty)},
            {"state", to_string(figure.state)},
            {"coverage", figure.coverage},
            {"covered_s", figure.covered.count()},
            {"longest_gap_s", figure.longest_gap.count()},
            {"counter_resets", figure.counter_resets},
            {"facility_joules", figure.facility.value},
            {"subtracted_joules", figure.subtracted.value},
            {"it_joules", figure.it.value},
            {"note", text_or_null(figure.note)}};
}

Json sources_json(const PuePicture& pue) {
    Json sources = Json::array();
    for (const PueSource& source : pue.sources)
        sources.push_back(
            {{"name", source.name},
             {"side", source.side},
             {"how", text_or_null(source.how)},
             {"power_watts", source.power ? Json(source.power->value) : Json(nullptr)},
             {"last", time_or_null(source.last)},
             {"trouble", text_or_null(source.trouble)}});
    return sources;
}

/// The newest of the past periods whose names are so long and begin so.
Json past_json(const PuePicture& pue, std::size_t length, const std::string& prefix,
               std::size_t most) {
    std::vector<const PueFigure*> found;
    for (const PueFigure& figure : *pue.past)
        if (figure.period.size() == length && figure.period.starts_with(prefix))
            found.push_back(&figure);
    Json list = Json::array();
    const std::size_t surplus = found.size() - std::min(found.size(), most);
    for (std::size_t i = surplus; i < found.size(); ++i) list.push_back(figure_json(*found[i]));
    return list;
}

}  // namespace

std::optional<std::string> pue(const Snapshot& now, const std::string& period) {
    const PuePicture& pue = *now.pue;
    Json answer{{"schema", schema},
                {"at", iso8601(now.at.wall)},
                {"category", text_or_null(pue.category)},
                {"sources", sources_json(pue)}};
    constexpr std::size_t day = 10, month = 7, year = 4;
    if (period.empty()) {
        answer["live"] = figure_json(pue.live);
        answer["day"] = figure_json(pue.day);
        answer["month"] = figure_json(pue.month);
        answer["year"] = figure_json(pue.year);
        answer["days"] = past_json(pue, day, "", shown_days);
        answer["months"] = past_json(pue, month, "", shown_months);
        answer["years"] = past_json(pue, year, "", pue.past->size());
        return dump(answer);
    }
    const PueFigure* const figure = pue.find(period);
    if (figure == nullptr) return std::nullopt;
    answer["figure"] = figure_json(*figure);
    if (period.size() == month) answer["days"] = past_json(pue, day, period + "-", shown_days);
    if (period.size() == year) answer["months"] = past_json(pue, month, period + "-", shown_months);
    return dump(answer);
}

}  // namespace frugald::json
