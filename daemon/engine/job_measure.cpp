// What the nodes of jobs drew, each job's part of it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/engine/job_ledger.h"
#include "daemon/ledger/job_shares.h"

namespace frugald {

/// What is asked for one run.
struct JobLedger::Plan {
    struct Part {
        std::size_t span;  // of the node
        double share;
    };
    struct Place {
        NodeEnergy* node;
        std::size_t whole;          // the span from start to end
        std::vector<Part> parts{};  // empty: all of it is the job's
        bool by_cpus = true;
    };
    JobRun run;
    WallTime until;
    std::vector<Place> places;
};

namespace {

std::uint32_t at(const std::vector<std::uint32_t>& numbers, std::size_t place) {
    return place < numbers.size() ? numbers[place] : 0;
}

/// The sum of the job's parts in place of the whole node.
void split(EnergyFigure& figure, const std::vector<std::pair<EnergyFigure, double>>& parts) {
    if (!figure.energy) return;
    Joules sum{};
    std::optional<Watts> least, most;
    for (const auto& [part, share] : parts) {
        if (!part.energy) continue;
        sum += *part.energy * share;
        least = std::min(least.value_or(*part.least * share), *part.least * share);
        most = std::max(most.value_or(*part.most * share), *part.most * share);
    }
    figure.energy = sum;
    figure.mean = Watts{sum.value / figure.covered.count()};
    figure.least = least;
    figure.most = most;
}

std::string unknown_why(const EnergyFigure& figure) {
    if (figure.energy) return {};
    if (figure.length.count() <= 0) return "nothing of this time is stored yet";
    return "no power of this node was stored in this time";
}

}  // namespace

JobLedger::Plan JobLedger::plan(const JobRun& run, WallTime until, EnergySheet& sheet) const {
    Plan plan{run, until, {}};
    const auto& calibrations = parts_.fleet.calibrations();
    for (std::size_t place = 0; place < run.nodes.size(); ++place) {
        const auto& name = run.nodes[place];
        auto& node = sheet.node(name, calibrations.factor(name, Part::total, {}));
        Plan::Place one{&node, node.want({to_unix_ms(run.key.start), to_unix_ms(until)})};
        const auto stretches = shares_of(book_, run, place, until);
        const bool shared = std::ranges::any_of(stretches, &ShareStretch::shared);
        for (const auto& stretch : stretches) {
            one.by_cpus = one.by_cpus && stretch.by_cpus;
            if (shared) one.parts.push_back({node.want(stretch.span), stretch.share});
        }
        plan.places.push_back(std::move(one));
    }
    return plan;
}

asio::awaitable<Result<std::vector<JobEnergy>>> JobLedger::measure(
    std::vector<std::pair<JobRun, WallTime>> runs) {
    const auto sheet = std::make_shared<EnergySheet>();
    EnergyReader::Question question;
    question.from = WallTime::max();
    Plans plans;
    std::set<std::string> nodes;
    for (const auto& [run, until] : runs) {
        plans.push_back(plan(run, until, *sheet));
        question.from = std::min(question.from, run.key.start);
        question.to = std::max(question.to, until);
        nodes.insert(run.nodes.begin(), run.nodes.end());
    }
    question.devices.assign(nodes.begin(), nodes.end());
    question.resolution = co_await parts_.reader.resolution_for(question.from, question.to, false);
    const auto resolution = question.resolution;
    const auto read = co_await parts_.reader.read(sheet, std::move(question));
    if (!read) co_return tl::unexpected<Error>(read.error());
    std::vector<JobEnergy> jobs;
    for (const auto& one : plans) jobs.push_back(result_of(one, resolution));
    co_return jobs;
}

JobEnergy JobLedger::result_of(const Plan& plan, Resolution resolution) {
    const auto& run = plan.run;
    JobEnergy job{.id = run.key.id,
                  .partition = run.partition,
                  .start = run.key.start,
                  .until = plan.until,
                  .running = !run.end,
                  .vanished = run.vanished,
                  .resolution = resolution,
                  .ends_within = cell_length(resolution)};
    for (std::size_t i = 0; i < plan.places.size(); ++i) {
        const auto& place = plan.places[i];
        JobEnergyRow row{.node = run.nodes[i],
                         .figure = place.node->figure(place.whole),
                         .shared = !place.parts.empty(),
                         .by_cpus = place.by_cpus,
                         .cpus = at(run.cpus, i),
                         .node_cpus = at(run.node_cpus, i)};
        row.node_energy = row.figure.energy;
        row.unknown_why = unknown_why(row.figure);
        std::vector<std::pair<EnergyFigure, double>> parts;
        for (const auto& [span, share] : place.parts)
            parts.emplace_back(place.node->figure(span), share);
        if (row.shared) split(row.figure, parts);
        job.rows.push_back(std::move(row));
    }
    add_up(job);
    return job;
}

}  // namespace frugald
