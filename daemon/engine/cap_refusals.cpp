// Which nodes' BMCs do not take limits (safety.md N6).

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/engine/caps.h"

namespace frugald {

bool Caps::is_cappable(const std::string& node) const {
    const auto no = refusals_.find(node);
    return no == refusals_.end() || no->second.count < enough_refusals;
}

Error Caps::note_refusal(const std::string& node, const Error& error) {
    Refusals& no = refusals_[node];
    ++no.count;
    no.why = error.text;
    if (no.count < enough_refusals) return error;
    const std::string text = fmt::format(
        "{}; refused {} times: not cappable, the node counts at "
        "its maximum",
        error.text, no.count);
    if (no.count == enough_refusals) {
        tools_.journal.note(node, "cap", text);
        log::warning("{}", text);
    }
    return {error.fault, text};
}

void Caps::note_consent(const std::string& node) {
    const bool was_cappable = is_cappable(node);
    refusals_.erase(node);
    if (!was_cappable) tools_.journal.note(node, "cap", "the BMC takes limits again");
}

}  // namespace frugald
