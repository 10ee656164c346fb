#include "plugins/slurm/view.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/nodeset.h"
#include "plugins/slurm/state_text.h"
#include "plugins/slurm/view_parts.h"

namespace frugald::slurm {

namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> words;
    std::size_t from = 0;
    while (from < list.size()) {
        const auto comma = std::min(list.find(',', from), list.size());
        if (comma > from) words.push_back(list.substr(from, comma - from));
        from = comma + 1;
    }
    return words;
}

SchedulerNode node_of(NodeRecord&& record) {
    SchedulerNode node;
    node.state_text = state_text(record);
    node.base = record.base;
    node.drain = record.has(NodeFlag::drain);
    node.completing = record.has(NodeFlag::completing);
    node.no_respond = record.has(NodeFlag::no_respond);
    node.powered_down = record.has(NodeFlag::powered_down);
    node.powering_up = record.has(NodeFlag::powering_up);
    node.powering_down = record.has(NodeFlag::powering_down);
    node.power_down = record.has(NodeFlag::power_down);
    node.power_up = record.has(NodeFlag::power_up);
    node.maint = record.has(NodeFlag::maint);
    node.reserved = record.has(NodeFlag::reserved);
    node.reboot = record.has(NodeFlag::reboot_requested) || record.has(NodeFlag::reboot_issued);
    // A node that registered with too little of something waits for its administrator too.
    node.fail = record.has(NodeFlag::fail) || record.has(NodeFlag::invalid_registration);
    node.planned = record.has(NodeFlag::planned);
    node.cloud = record.has(NodeFlag::cloud);
    node.unknown_flags = record.has(NodeFlag::unknown);
    node.allocated_cpus = record.allocated_cpus;
    node.cpus = record.cpus;
    node.boot_time = wall_time(record.boot_time);
    node.slurmd_start_time = wall_time(record.slurmd_start_time);
    node.features = split(record.features);
    node.name = std::move(record.name);
    node.reason = std::move(record.reason);
    return node;
}

/// Empty unless there is one for each of the nodes.
std::vector<std::uint32_t> cpus_of(const std::vector<CpuRun>& runs, std::size_t nodes) {
    std::vector<std::uint32_t> cpus;
    for (const auto& run : runs) {
        if (run.nodes > nodes - cpus.size()) return {};
        cpus.insert(cpus.end(), run.nodes, run.cpus);
    }
    if (cpus.size() != nodes) cpus.clear();
    return cpus;
}

Result<SchedulerJob> job_of(JobRecord&& record, HostlistCache& hostlists) {
    SchedulerJob job;
    job.id = record.id;
    job.state = record.state;
    job.partition = std::move(record.partition);
    job.start = wall_time(record.start);
    job.end = wall_time(record.end);
    const auto nodes = hostlists.expand(record.nodes);
    if (nodes)
        job.nodes = **nodes;
    else if (job.occupies())
        return fail(Fault::unparsable,
                    fmt::format("the nodes of job {}: {}", job.id, nodes.error().text));
    job.cpus = cpus_of(record.cpus, job.nodes.size());
    return job;
}

/// The controller's time-outs, and those of partitions that have their own. What decides over an
/// "off" is the shortest, what decides over giving a resume up the longest.
void take_timeouts(const Picture& picture, SchedulerView& view) {
    auto suspend_time = picture.controller.suspend_time;
    auto suspend = picture.controller.suspend_timeout;
    auto resume = picture.controller.resume_timeout;
    for (const auto& partition : picture.partitions) {
        if (partition.suspend_timeout) suspend = std::min(suspend, *partition.suspend_timeout);
        if (partition.resume_timeout) resume = std::max(resume, *partition.resume_timeout);
        if (partition.suspend_time)
            suspend_time =
                std::min(suspend_time.value_or(*partition.suspend_time), *partition.suspend_time);
    }
    view.suspend_timeout = std::chrono::seconds{suspend};
    view.resume_timeout = std::chrono::seconds{resume};
    if (suspend_time) view.suspend_time = std::chrono::seconds{*suspend_time};
}

}  // namespace

Result<const HostlistCache::Names*> HostlistCache::expand(const std::string& hostlist) {
    const auto known = known_.find(hostlist);
    if (known != known_.end()) return &known->second;
    Names names;
    if (!hostlist.empty() && hostlist != "(null)") {
        auto expanded = expand_nodeset(hostlist, NodesetDialect::slurm);
        if (!expanded) return tl::unexpected{expanded.error()};
        names = *std::move(expanded);
    }
    return &known_.emplace(hostlist, std::move(names)).first->second;
}

std::optional<WallTime> wall_time(UnixTime at) {
    if (at <= 0) return std::nullopt;
    constexpr auto furthest = std::chrono::floor<std::chrono::seconds>(WallTime::max());
    if (at >= furthest.time_since_epoch().count()) return WallTime::max();
    return WallTime{std::chrono::seconds{at}};
}

Instant answered(std::int64_t answered_at_ns, Instant now) {
    const SteadyTime said{std::chrono::nanoseconds{answered_at_ns}};
    const auto age = now.steady - std::clamp(said, SteadyTime{}, now.steady);
    return {now.steady - age, now.wall - std::chrono::ceil<std::chrono::milliseconds>(age)};
}

Result<std::shared_ptr<const SchedulerView>> view_of(Picture picture, Instant now) {
    auto view = std::make_shared<SchedulerView>();
    HostlistCache hostlists;
    view->read_at = answered(picture.answered_at_ns, now);
    view->version = picture.controller.version;
    view->slurm_user =
        picture.controller.slurm_user.substr(0, picture.controller.slurm_user.find('('));
    view->controllers = picture.controller.hosts;
    view->power_saving = picture.controller.power_saving;
    take_timeouts(picture, *view);
    auto excluded = excluded_nodes(picture, hostlists);
    if (!excluded) return tl::unexpected{excluded.error()};
    view->suspend_excluded_nodes = *std::move(excluded);
    for (auto& record : picture.nodes) {
        auto node = node_of(std::move(record));
        auto name = node.name;
        view->nodes.emplace(std::move(name), std::move(node));
    }
    if (auto taken = take_partitions(picture, hostlists, *view); !taken)
        return tl::unexpected{taken.error()};
    if (auto taken = take_reservations(picture, hostlists, *view); !taken)
        return tl::unexpected{taken.error()};
    for (auto& record : picture.jobs) {
        auto job = job_of(std::move(record), hostlists);
        if (!job) return tl::unexpected{job.error()};
        view->jobs.push_back(*std::move(job));
    }
    for (auto& record : picture.ended_jobs)
        if (auto job = job_of(std::move(record), hostlists); job && !job->nodes.empty())
            view->ended_jobs.push_back(*std::move(job));
    return view;
}

}  // namespace frugald::slurm
