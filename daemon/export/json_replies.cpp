#include "daemon/export/json.h"
#include "daemon/export/json_values.h"

namespace frugald::json {

std::string why(const Why& why) {
    Json story = Json::array();
    for (const StoryLine& line : why.story)
        story.push_back({{"at", iso8601(line.at)}, {"text", line.text}});
    return dump(
        {{"schema", schema}, {"node", why.node}, {"now", why.now}, {"story", std::move(story)}});
}

std::string events(std::span<const EventLine> events) {
    Json list = Json::array();
    for (const EventLine& event : events)
        list.push_back({{"at", iso8601(event.at)},
                        {"node", text_or_null(event.node)},
                        {"kind", event.kind},
                        {"text", event.text}});
    return dump({{"schema", schema}, {"events", std::move(list)}});
}

std::string outcomes(std::span<const Outcome> outcomes) {
    Json list = Json::array();
    for (const Outcome& outcome : outcomes)
        list.push_back({{"node", outcome.node},
                        {"result", to_string(outcome.kind)},
                        {"rule", text_or_null(outcome.rule)},
                        {"text", text_or_null(outcome.text)}});
    return dump({{"schema", schema}, {"outcomes", std::move(list)}});
}

std::string error(std::string_view fault, std::string_view text) {
    return dump({{"schema", schema}, {"error", {{"fault", fault}, {"text", text}}}});
}

}  // namespace frugald::json
