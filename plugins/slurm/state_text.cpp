#include "plugins/slurm/state_text.h"

namespace frugald::slurm {

namespace {

bool working(const NodeRecord& node) {
    return node.base == NodeBase::allocated || node.base == NodeBase::mixed ||
           node.has(NodeFlag::completing);
}

/// What sinfo lets speak first: an administrator's wish, then trouble, then what runs.
std::string word(const NodeRecord& node) {
    const bool in_service = !node.has(NodeFlag::drain) && !working(node);
    if (node.has(NodeFlag::maint) && in_service && node.base != NodeBase::down) return "maint";
    if (node.has(NodeFlag::drain)) return working(node) ? "draining" : "drained";
    if (node.has(NodeFlag::fail)) return working(node) ? "failing" : "fail";
    if (node.has(NodeFlag::invalid_registration)) return "inval";
    if (node.has(NodeFlag::completing) && node.base != NodeBase::down)
        return node.base == NodeBase::allocated ? "allocated+" : "completing";
    if (node.base == NodeBase::idle && node.has(NodeFlag::reserved)) return "reserved";
    if (node.base == NodeBase::idle && node.has(NodeFlag::planned)) return "planned";
    return to_string(node.base);
}

char sign(const NodeRecord& node) {
    struct Sign {
        NodeFlag flag;
        char sign;
    };
    static constexpr Sign signs[] = {
        {NodeFlag::maint, '$'},
        {NodeFlag::reboot_issued, '^'},
        {NodeFlag::reboot_requested, '@'},
        {NodeFlag::powering_up, '#'},
        {NodeFlag::powering_down, '%'},
        {NodeFlag::powered_down, '~'},
        {NodeFlag::power_down, '!'},
        {NodeFlag::no_respond, '*'},
    };
    for (const auto& each : signs)
        if (node.has(each.flag)) return each.sign;
    return node.base == NodeBase::mixed && node.has(NodeFlag::planned) ? '-' : '\0';
}

}  // namespace

std::string state_text(const NodeRecord& node) {
    auto text = word(node);
    if (node.has(NodeFlag::unknown)) return text + '?';
    if (text == "fail" || text == "failing" || text == "inval" || text.back() == '+') return text;
    if (text == "maint") return node.has(NodeFlag::no_respond) ? "maint*" : text;
    if (const char mark = sign(node)) text += mark;
    return text;
}

}  // namespace frugald::slurm
