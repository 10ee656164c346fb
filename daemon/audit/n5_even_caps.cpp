#include <algorithm>
#include <cmath>

#include "daemon/audit/rule.h"

namespace frugald::audit {

namespace {

constexpr std::int64_t settles_within_ms = 10'000;
constexpr std::int64_t between_changes_ms = 300'000;

/// N5: the nodes of one job get the same cap (those of one kind), at most one change in 5 minutes,
/// and none below the least that was tested. A job that begins on nodes whose caps differ is
/// Slurm's choice, and so is one that begins while a command is on its way: what counts is what is
/// changed under it, and not taken back to what it was.
class EvenCaps final : public Rule {
public:
    explicit EvenCaps(Findings& findings) : Rule("N5", findings) {}

    void see(const Record& record, const Facts& facts) override {
        if (record.at_ms >= next_look_ms_) look(record, facts);
        if (record.kind == "world_job") take_job(record);
        if (record.kind == "command") take_command(record, facts);
        if (record.kind == "answer" && !facts.has_world()) take_answer(record);
        if (record.kind == "world_bmc") take_received(record);
        if (record.kind == "cap_end" && !facts.has_world()) change(record, std::nullopt);
    }

    void finish(const Record& last, const Facts& facts) override { look(last, facts); }

private:
    using Cap = std::optional<double>;
    struct Job {
        Names nodes{};
        std::optional<std::int64_t> began_ms{};    // where the world tells
        std::optional<std::int64_t> even_by_ms{};  // caps changed: must be even again then
        std::optional<std::int64_t> changed_from_ms{}, changed_to_ms{};  // the newest change
        std::map<std::string, Cap, std::less<>> before{};                // that change, by node
    };
    struct Asked {
        std::int64_t id = 0;
        Cap cap{};
        bool by_daemon = false;
    };

    void take_job(const Record& record) {
        jobs_from_world_ = true;
        const auto id = job_id(record);
        if (record.text("event") != "start") {
            jobs_.erase(id);
            return;
        }
        jobs_[id] = {.nodes = nodes_of(record, "nodes"), .began_ms = record.at_ms};
    }

    void take_command(const Record& command, const Facts& facts) {
        if (!jobs_from_world_ && command.field("jobs")) join(command);
        const auto action = command.text("action");
        if (action != "cap" && action != "uncap") return;
        judged();
        const auto watts = action == "cap" ? command.number("limit_watts") : Cap{};
        const double least = facts.setting("least_cap_watts", 0);
        if (watts && *watts < least)
            violated(command,
                     fmt::format("a cap of {:.0f} W, {:.0f} W is the least", *watts, least));
        asked_[command.node] = {command.integer("id").value_or(0), watts,
                                command.text("actor") == "daemon"};
        for_jobs_of(command.node, [&](Job& job) {
            if (job.even_by_ms) job.even_by_ms = command.at_ms + settles_within_ms;
        });
    }

    /// Without the world, a node's jobs are those that the daemon last saw on it.
    void join(const Record& command) {
        const auto now_on_it = command.list("jobs");
        for (auto& [id, job] : jobs_)
            if (std::ranges::find(now_on_it, id) == now_on_it.end()) job.nodes.erase(command.node);
        for (const auto& id : now_on_it) jobs_[id].nodes.insert(command.node);
        std::erase_if(jobs_, [](const auto& job) { return job.second.nodes.empty(); });
    }

    void take_answer(const Record& answer) {
        const auto asked = asked_.find(answer.node);
        if (asked == asked_.end() || asked->second.id != answer.integer("id").value_or(-1)) return;
        if (answer.flag("ok")) change(answer, asked->second.cap);
    }

    void take_received(const Record& received) {
        const auto command = received.text("command");
        if (command == "cap") change(received, received.number("watts"));
        if (command == "uncap") change(received, std::nullopt);
    }

    template <class Do>
    void for_jobs_of(const std::string& node, Do what) {
        for (auto& [id, job] : jobs_)
            if (job.nodes.size() > 1 && job.nodes.contains(node)) what(job);
    }

    void change(const Record& by, Cap cap) {
        constexpr std::int64_t crossing_ms = 100;
        if (set_on(by.node) == cap) return;
        for_jobs_of(by.node, [&](Job& job) {
            if (job.began_ms && by.at_ms - *job.began_ms <= crossing_ms) return;
            const bool own = ends_by_itself(by.node, cap) || taken_back(job, by.node, cap);
            const bool same_change =
                job.changed_to_ms && by.at_ms - *job.changed_to_ms <= settles_within_ms;
            if (!same_change && !own) begin_change(job, by);
            if (ends_by_itself(by.node, cap) && !job.even_by_ms) return;
            if (!own) job.changed_to_ms = by.at_ms;
            job.even_by_ms = by.at_ms + settles_within_ms;
            next_look_ms_ = std::min(next_look_ms_, *job.even_by_ms);
        });
        caps_[by.node] = cap;
    }

    void begin_change(Job& job, const Record& by) {
        if (job.changed_from_ms && by.at_ms - *job.changed_from_ms < between_changes_ms)
            violated(by, fmt::format("the caps of its job were changed again after {} s",
                                     (by.at_ms - *job.changed_from_ms) / 1000));
        job.changed_from_ms = by.at_ms;
        for (const auto& node : job.nodes) job.before.insert_or_assign(node, set_on(node));
    }

    /// The daemon's own releases (leases that end, roll-backs) put an end to what is uneven, and
    /// are not held up.
    bool ends_by_itself(const std::string& node, Cap cap) const {
        const auto asked = asked_.find(node);
        return !cap && asked != asked_.end() && !asked->second.cap && asked->second.by_daemon;
    }

    /// By the daemon, to what it was before the newest change: part of that change.
    bool taken_back(const Job& job, const std::string& node, Cap cap) const {
        const auto asked = asked_.find(node);
        const auto before = job.before.find(node);
        return asked != asked_.end() && asked->second.by_daemon && asked->second.cap == cap &&
               before != job.before.end() && before->second == cap;
    }

    /// All nodes have again what they had before the newest change.
    bool is_as_before(const Job& job) const {
        return std::ranges::all_of(job.nodes, [&](const auto& node) {
            const auto before = job.before.find(node);
            return before != job.before.end() && before->second == cap_of(node);
        });
    }

    void look(const Record& now, const Facts& facts) {
        next_look_ms_ = std::numeric_limits<std::int64_t>::max();
        for (auto& [id, job] : jobs_) {
            if (!job.even_by_ms) continue;
            if (now.at_ms <= *job.even_by_ms) {
                next_look_ms_ = std::min(next_look_ms_, *job.even_by_ms);
                continue;
            }
            job.even_by_ms.reset();
            if (const auto text = uneven(job, facts); !text.empty() && !is_as_before(job))
                violated(now, std::string{}, fmt::format("job {} has uneven caps: {}", id, text));
        }
    }

    /// "c1 300 W, c2 none" of two nodes of one kind; empty when all are even.
    std::string uneven(const Job& job, const Facts& facts) const {
        std::map<double, const std::string*> first_of_kind;  // by what they draw at most
        for (const auto& name : job.nodes) {
            const auto* figures = facts.figures(name);
            const auto kind = figures ? figures->running_watts : 0;
            const auto [first, is_first] = first_of_kind.emplace(kind, &name);
            if (!is_first && cap_of(name) != cap_of(*first->second))
                return fmt::format("{} {}, {} {}", *first->second, words(cap_of(*first->second)),
                                   name, words(cap_of(name)));
        }
        return {};
    }

    /// What the daemon takes back counts as gone: a BMC that does not obey is told as an incident.
    Cap cap_of(const std::string& node) const {
        const auto asked = asked_.find(node);
        if (asked != asked_.end() && asked->second.by_daemon && !asked->second.cap)
            return std::nullopt;
        return set_on(node);
    }
    Cap set_on(const std::string& node) const {
        const auto found = caps_.find(node);
        return found == caps_.end() ? std::nullopt : found->second;
    }
    static std::string words(Cap cap) { return cap ? fmt::format("{:.0f} W", *cap) : "none"; }

    std::map<std::string, Job> jobs_;
    std::map<std::string, Cap> caps_;
    std::map<std::string, Asked> asked_;
    bool jobs_from_world_ = false;
    std::int64_t next_look_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace

std::unique_ptr<Rule> even_caps(Findings& findings) { return std::make_unique<EvenCaps>(findings); }

}  // namespace frugald::audit
