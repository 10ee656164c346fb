#include "daemon/audit/facts.h"

#include <algorithm>

#include "daemon/core/nodeset.h"

namespace frugald::audit {

Names nodes_of(const Record& record, std::string_view field) {
    Names names;
    auto texts = record.list(field);
    if (texts.empty()) texts.push_back(record.text(field));
    for (const auto& text : texts) {
        if (text.empty()) continue;
        const auto expanded = expand_nodeset(text);
        if (expanded) names.insert(expanded->begin(), expanded->end());
    }
    return names;
}

bool cuts_power(std::string_view action) {
    return action == "off" || action == "soft" || action == "cycle";
}

bool by_admin(const Record& record) { return record.text("actor") == "admin"; }

double Facts::setting(std::string_view name, double otherwise) const {
    return config_ ? config_->number(name).value_or(otherwise) : otherwise;
}

const Figures* Facts::figures(const std::string& node) const {
    const auto found = figures_.find(node);
    return found == figures_.end() ? nullptr : &found->second;
}

const NodeFacts& Facts::node(const std::string& name) const {
    static const NodeFacts nothing;
    const auto found = nodes_.find(name);
    return found == nodes_.end() ? nothing : found->second;
}

void Facts::take(const Record& record) {
    const auto& kind = record.kind;
    ++taken_;
    if (kind == "config" || kind == "scope" || kind == "figures" || kind == "budget")
        take_config(record);
    else if (kind == "hold" || kind == "release")
        take_hold(record);
    else if (kind.starts_with("world_"))
        take_world(record);
    else if (kind == "stop")
        running_ = false;
    else if (!record.node.empty())
        take_node(record);
}

void Facts::take_config(const Record& record) {
    if (record.kind == "config") {
        config_ = &record;
        managed_ = nodes_of(record, "managed");
        protected_ = nodes_of(record, "protected");
        scopes_.clear();
        figures_.clear();
        budgets_.clear();
        if (running_ && record.text("event") != "start") return;
        // Who is another machine, is found anew after each start.
        for (auto& [name, node] : nodes_) node.identity = nullptr;
        running_ = true;
        running_since_ms_ = record.at_ms;
    } else if (record.kind == "scope") {
        scopes_[record.text("name")] = {record.number("limit_watts").value_or(0),
                                        nodes_of(record, "nodes")};
    } else if (record.kind == "budget") {
        budgets_.insert_or_assign(record.text("name"), record);
    } else {
        const auto running = record.number("running_watts").value_or(0);
        const Figures figures{record.number("idle_watts").value_or(running), running,
                              record.number("boot_watts").value_or(0),
                              record.integer("boot_ms").value_or(0)};
        for (const auto& node : nodes_of(record, "nodes")) figures_[node] = figures;
    }
}

void Facts::take_hold(const Record& record) {
    const Record* in_force = record.kind == "hold" ? &record : nullptr;
    (record.node.empty() ? hold_all_ : nodes_[record.node].hold) = in_force;
}

void Facts::take_node(const Record& record) {
    auto& node = nodes_[record.node];
    const auto action = record.text("action");
    if (record.kind == "command" && (action == "on" || cuts_power(action))) {
        node.command = &record;
        if (!has_world_) switched(node, action, record.at_ms);
    } else if (record.kind == "hook") {
        node.hook = &record;
    } else if (record.kind == "identity") {
        take_identity(record, node);
    } else if (record.kind == "read_back") {
        if (!has_world_ && record.text("chassis") == "on") node.on = true;
        if (!has_world_ && record.text("chassis") == "off") node.on = false;
        if (record.field("cap_active"))
            node.cap_watts = record.flag("cap_active") ? record.number("cap_watts") : std::nullopt;
    } else if (record.kind == "cap_end") {
        node.cap_watts.reset();
    }
}

/// A board is one node's: who gets it, takes it from the other.
void Facts::take_identity(const Record& record, NodeFacts& node) {
    node.identity = &record;
    const auto event = record.text("event"), guid = record.text("guid");
    if (event != "pinned" && event != "accepted") return;
    for (auto& [name, other] : nodes_)
        if (other.pinned_guid == guid) other.pinned_guid.clear();
    node.pinned_guid = guid;
}

std::string job_id(const Record& record) {
    const auto number = record.integer("id");
    return number ? std::to_string(*number) : record.text("id");
}

bool Facts::jobs_have_ended(const NodeFacts& node) const {
    const bool suspended = node.world_hook && node.world_hook_taken > node.world_slurm_taken &&
                           node.world_hook->text("verb") == "suspend";
    if (suspended) return true;
    const auto jobs = node.world_slurm ? node.world_slurm->list("jobs") : Record{}.list("jobs");
    return !jobs.empty() && std::ranges::all_of(jobs, [&](const std::string& id) {
        const auto end = ended_jobs_.find(id);
        return end != ended_jobs_.end() && end->second > node.world_slurm_taken;
    });
}

void Facts::take_world(const Record& record) {
    const bool of_frugald = record.text("what") == "frugald";
    if (record.kind == "world_kill" && of_frugald) running_ = false;
    if (record.kind == "world_start" && of_frugald) {
        running_ = true;
        running_since_ms_ = record.at_ms;
    }
    if (record.kind == "world_job") {
        const auto id = job_id(record);
        if (record.text("event") == "end")
            ended_jobs_[id] = taken_;
        else
            ended_jobs_.erase(id);
    }
    if (record.node.empty()) return;
    auto& node = nodes_[record.node];
    if (record.kind == "world_slurm") {
        node.world_slurm = &record;
        node.world_slurm_taken = taken_;
    } else if (record.kind == "world_hook") {
        node.world_hook = &record;
        node.world_hook_taken = taken_;
    } else if (record.kind == "world_power") {
        has_world_ = true;
        node.world_watts = record.number("watts");
    } else if (record.kind == "world_chassis") {
        has_world_ = true;
        node.on = record.flag("on");
    } else if (record.kind == "world_bmc") {
        has_world_ = true;
        switched(node, record.text("command"), record.at_ms);
    }
}

/// A soft-off is not counted as off before the chassis is seen off: it may not obey.
void Facts::switched(NodeFacts& node, std::string_view how, std::int64_t at_ms) {
    if (how == "off") node.on = false;
    if (how == "cycle" || (how == "on" && node.on != true)) node.on_since_ms = at_ms;
    if (how == "cycle" || how == "on") node.on = true;
}

}  // namespace frugald::audit
