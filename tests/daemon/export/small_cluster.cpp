#include "tests/daemon/export/small_cluster.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::test {

using Kind = Outcome::Kind;

void SmallCluster::note(const Caller& who, std::string node, std::string kind,
                        const std::string& reason) {
    events_.push_back({Instant::now().wall, std::move(node), std::move(kind),
                       fmt::format("{}: {}", who.name, reason)});
}

asio::awaitable<std::vector<Outcome>> SmallCluster::power(Caller who, PowerRequest what) {
    std::vector<Outcome> outcomes;
    for (const std::string& name : what.nodes) {
        const auto found = now_->nodes.find(name);
        if (found == now_->nodes.end()) {
            outcomes.push_back({name, Kind::failed, "", "not a node of this cluster"});
            continue;
        }
        Node& node = found->second;
        const bool busy = node.scheduler && node.scheduler->in_use();
        if (busy && !what.accept_job_loss) {
            outcomes.push_back({name, Kind::refused, "N1", "has a running job"});
        } else if (what.dry_run) {
            outcomes.push_back({name, Kind::planned, "", to_string(what.kind)});
        } else {
            node.chassis = what.kind == ActionKind::power_on ? Chassis::on : Chassis::off;
            note(who, name, to_string(what.kind), what.reason);
            outcomes.push_back({name, Kind::done, "", to_string(what.kind)});
        }
    }
    co_return outcomes;
}

asio::awaitable<std::vector<Outcome>> SmallCluster::cap(Caller who, CapRequest what) {
    std::vector<Outcome> outcomes;
    for (const std::string& name : what.nodes) {
        Node& node = now_->nodes[name];
        if (what.limit)
            node.cap = CapState{*what.limit, true, who.name, Instant::now().wall + what.lease};
        else
            node.cap.reset();
        note(who, name, "cap", what.reason);
        outcomes.push_back({name, what.dry_run ? Kind::planned : Kind::done});
    }
    co_return outcomes;
}

asio::awaitable<std::vector<Outcome>> SmallCluster::hold(Caller who, HoldRequest what) {
    std::vector<Outcome> outcomes;
    if (what.nodes.empty()) {
        now_->hold.reset();
        if (!what.release) now_->hold = fmt::format("{}: {}", who.name, what.reason);
        outcomes.push_back({"", Kind::done});
    }
    for (const std::string& name : what.nodes) {
        Node& node = now_->nodes[name];
        node.hold.reset();
        if (!what.release)
            node.hold = HoldState{who.name, what.reason, Instant::now().wall, std::nullopt};
        outcomes.push_back({name, Kind::done});
    }
    note(who, "", what.release ? "release" : "hold", what.reason);
    co_return outcomes;
}

asio::awaitable<Result<Why>> SmallCluster::why(std::string node) {
    if (!now_->nodes.contains(node))
        co_return fail(Fault::invalid, fmt::format("'{}' is not a node of this cluster", node));
    Why why{node, {"on, 350 W, read 1 s ago"}, {}};
    for (const EventLine& event : events_)
        if (event.node == node) why.story.push_back({event.at, event.kind + " " + event.text});
    co_return why;
}

asio::awaitable<std::vector<EventLine>> SmallCluster::events(WallTime since, std::size_t most) {
    std::vector<EventLine> wanted;
    for (const EventLine& event : events_)
        if (event.at >= since && wanted.size() < most) wanted.push_back(event);
    co_return wanted;
}

void SmallCluster::add_audit(std::string line, const std::string& node) {
    const auto id = static_cast<std::int64_t>(audit_.size()) + 1;
    audit_.push_back({node, {id, Instant::now().wall, std::move(line), fmt::format("hash{}", id)}});
}

asio::awaitable<Result<std::vector<AuditLine>>> SmallCluster::audit(AuditRequest what) {
    std::vector<AuditLine> found;
    for (const auto& [node, line] : audit_) {
        const bool named =
            what.nodes.empty() || std::ranges::find(what.nodes, node) != what.nodes.end();
        if (named && line.id > what.after && line.at >= what.since) found.push_back(line);
    }
    const auto surplus = found.size() - std::min(found.size(), what.most);
    const auto newest = found.begin() + static_cast<std::ptrdiff_t>(surplus);
    if (what.oldest)
        found.resize(found.size() - surplus);
    else
        found.erase(found.begin(), newest);
    co_return found;
}

asio::awaitable<Result<AuditVerdict>> SmallCluster::verify_audit(std::string noted_hash) {
    AuditVerdict answer = verdict;
    for (const auto& [node, line] : audit_)
        if (line.hash == noted_hash) answer.noted_id = line.id;
    co_return answer;
}

asio::awaitable<std::string> SmallCluster::mode(Caller who, ModeRequest what) {
    now_->mode = what.mode ? to_string(*what.mode) : "observe";
    note(who, "", "mode", what.reason);
    co_return now_->mode;
}

asio::awaitable<PlanReport> SmallCluster::plan() {
    PlanLine line;
    line.id = 7;
    line.node = "n1";
    line.action = "suspend";
    co_return PlanReport{now_->mode, {line}, {}};
}

asio::awaitable<std::vector<Outcome>> SmallCluster::calibrate(Caller who, CalibrateRequest what) {
    note(who, to_string(what.source), "calibrate",
         fmt::format("{:g} {:g} {}", what.reference.value_or(Watts{}).value,
                     what.raw.value_or(Watts{}).value, what.by));
    co_return std::vector{Outcome{to_string(what.source), Kind::done, "", "times 1.0500"}};
}

asio::awaitable<std::vector<CalibrationEntry>> SmallCluster::calibrations() {
    Calibration one;
    one.factor = 1.05;
    one.reference = Watts{315};
    one.raw = Watts{300};
    one.by = "clamp meter";
    one.author = "uid 0 (root)";
    co_return std::vector{CalibrationEntry{{"rack7-a", Part::outlet, "12"}, one}};
}

asio::awaitable<std::vector<Outcome>> SmallCluster::approve(Caller who, ApproveRequest what) {
    std::vector<Outcome> outcomes;
    for (const auto id : what.ids)
        outcomes.push_back({fmt::format("#{}", id), id == 7 ? Kind::done : Kind::failed, "", ""});
    note(who, "", "approve", what.reason);
    co_return outcomes;
}

asio::awaitable<std::vector<Outcome>> SmallCluster::accept_bmc(Caller who, AcceptRequest what) {
    std::vector<Outcome> outcomes;
    for (const auto& node : what.nodes) outcomes.push_back({node, Kind::done, "", ""});
    note(who, "", "accept-bmc", what.reason);
    co_return outcomes;
}

namespace {

EnergyFigure figure_of(const std::string& node) {
    EnergyFigure figure{.length = Seconds{3600}, .gaps = 1, .longest_gap = Seconds{3600}};
    if (node != "n1") return figure;
    figure.energy = Joules{720e3};
    figure.mean = figure.least = figure.most = Watts{200};
    figure.covered = Seconds{3600};
    figure.gaps = 0;
    figure.longest_gap = {};
    return figure;
}

}  // namespace

asio::awaitable<Result<EnergyReport>> KnownEnergy::energy(EnergyQuery query) {
    if (query.partition == "nowhere") co_return fail(Fault::invalid, "no partition nowhere");
    EnergyReport report{.from = query.from, .to = query.to};
    if (query.nodes.empty()) query.nodes = {"n1", "n2"};
    for (const auto& node : query.nodes) {
        EnergyRow row{.name = node, .figure = figure_of(node)};
        if (!row.figure.energy) row.unknown_why = "no BMC of it is configured";
        report.rows.push_back(std::move(row));
    }
    add_up(report);
    co_return report;
}

asio::awaitable<Result<std::vector<JobEnergy>>> KnownEnergy::job_energy(std::uint32_t id) {
    if (id != 7) co_return fail(Fault::invalid, "nothing is known of this job");
    JobEnergy job{.id = id, .partition = "batch"};
    for (const char* const node : {"n1", "n2"})
        job.rows.push_back({.node = node, .figure = figure_of(node)});
    job.rows[0].shared = true;
    job.rows[0].node_energy = Joules{2880e3};
    job.rows[0].cpus = 1;
    job.rows[0].node_cpus = 4;
    add_up(job);
    co_return std::vector<JobEnergy>{job};
}

asio::awaitable<Result<std::vector<JobSpan>>> KnownEnergy::job_spans(std::uint32_t id) {
    if (id != 7) co_return fail(Fault::invalid, "nothing is known of this job");
    using std::chrono::minutes;
    const auto noon = from_unix_ms(1'800'014'400'000);
    co_return std::vector<JobSpan>{
        {{"n0"}, noon, noon + minutes{10}},
        {{"n1", "n2"}, noon + minutes{20}, noon + minutes{40}},
    };
}

}  // namespace frugald::test
