#include "plugins/slurm/worker/load.h"

#include <cerrno>
#include <cstdlib>

#include "daemon/core/c_handle.h"
#include "plugins/slurm/worker/convert.h"
#include "plugins/slurm/worker/faults.h"
#include "plugins/slurm/worker/versions.h"

namespace frugald::slurm {

namespace {

using Conf = CHandle<slurm_conf_t, free_controller_conf>;

/// Slurm's times are whole seconds: what this much does not explain is a step of the clock, and
/// what changed in this much before an answer is asked for once more.
constexpr std::time_t slack_s = 2;

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// The newest answer of one of the slurm_load_ functions.
template <class Message, auto Free>
struct Table {
    CHandle<Message, Free> message;

    std::time_t as_of() const { return message ? message->last_update - slack_s - 1 : 0; }
    /// True: it is a new one. `load` returns Slurm's 0 or -1 with errno.
    template <class Load>
    Result<bool> refresh(std::string_view doing, Load load) {
        Message* loaded = nullptr;
        const int number = load(as_of(), &loaded) == 0 ? 0 : errno;
        if (number == SLURM_NO_CHANGE_IN_DATA && message) return false;
        if (number != 0) return tl::unexpected{error_of(number, doing)};
        message.reset(loaded);
        return true;
    }
};

bool operator==(const ControllerRecord& one, const ControllerRecord& other) {
    Picture first, second;
    first.controller = one;
    second.controller = other;
    return encode(Reply{std::move(first)}) == encode(Reply{std::move(second)});
}

}  // namespace

struct Loader::Tables {
    ControllerRecord controller;
    std::time_t controllers_time = 0;  // of slurmctld's clock, at `at_ns` of ours
    std::int64_t at_ns = 0;
    Table<partition_info_msg_t, slurm_free_partition_info_msg> partitions;
    Table<node_info_msg_t, slurm_free_node_info_msg> nodes;
    Table<job_info_msg_t, slurm_free_job_info_msg> jobs;
    Table<reserve_info_msg_t, slurm_free_reservation_info_msg> reservations;
    std::int64_t answered_at_ns = 0;

    /// slurmctld dates its configuration with the moment it sends it.
    bool clock_stepped(std::time_t now, std::int64_t now_ns) const {
        constexpr std::int64_t second_ns = 1'000'000'000;
        return std::abs(now - controllers_time - (now_ns - at_ns) / second_ns) > slack_s;
    }
};

Loader::Loader() : tables_(std::make_unique<Tables>()), number_(monotonic_ns()) {}
Loader::~Loader() = default;

void Loader::forget() { tables_ = std::make_unique<Tables>(); }

Result<bool> Loader::refresh() {
    slurm_conf_t* loaded = nullptr;
    if (slurm_load_ctl_conf(0, &loaded) != 0)
        return tl::unexpected{error_of(errno, "reading its configuration")};
    const Conf conf{loaded};
    auto controller = record_of(*conf);
    if (auto older = older_controller(controller.power_saving.library_version, controller.version))
        return tl::unexpected{*std::move(older)};
    const auto now_ns = monotonic_ns();
    if (tables_->clock_stepped(conf->last_update, now_ns)) forget();
    bool changed = !(controller == tables_->controller);
    tables_->controller = std::move(controller);
    tables_->controllers_time = conf->last_update;
    tables_->at_ns = now_ns;
    constexpr std::uint16_t shown = SHOW_ALL | SHOW_LOCAL;
    const auto load_partitions = [](auto as_of, auto to) {
        return slurm_load_partitions(as_of, to, shown);
    };
    const auto load_nodes = [](auto as_of, auto to) {
        return slurm_load_node(as_of, to, shown | SHOW_DETAIL | SHOW_MIXED);
    };
    const auto load_jobs = [](auto as_of, auto to) {
        return slurm_load_jobs(as_of, to, shown | SHOW_DETAIL);
    };
    const auto partitions = tables_->partitions.refresh("reading the partitions", load_partitions);
    if (!partitions) return partitions;
    const auto reservations =
        tables_->reservations.refresh("reading the reservations", slurm_load_reservations);
    if (!reservations) return reservations;
    const auto nodes = tables_->nodes.refresh("reading the nodes", load_nodes);
    if (!nodes) return nodes;
    tables_->answered_at_ns = monotonic_ns();
    const auto jobs = tables_->jobs.refresh("reading the jobs", load_jobs);
    if (!jobs) return jobs;
    return changed || *partitions || *reservations || *nodes || *jobs;
}

Picture Loader::picture() const {
    Picture picture;
    picture.number = number_;
    picture.answered_at_ns = tables_->answered_at_ns;
    picture.controller = tables_->controller;
    const auto& partitions = *tables_->partitions.message;
    for (std::uint32_t i = 0; i < partitions.record_count; ++i)
        picture.partitions.push_back(record_of(partitions.partition_array[i]));
    const auto& nodes = *tables_->nodes.message;
    picture.nodes.reserve(nodes.record_count);
    // Records without a name are holes: nodes that were deleted or may not be seen.
    for (std::uint32_t i = 0; i < nodes.record_count; ++i)
        if (nodes.node_array[i].name) picture.nodes.push_back(record_of(nodes.node_array[i]));
    const auto& jobs = *tables_->jobs.message;
    for (std::uint32_t i = 0; i < jobs.record_count; ++i)
        if (auto job = record_of(jobs.job_array[i]))
            picture.jobs.push_back(*std::move(job));
        else
            picture.ended_jobs.push_back(ended_record_of(jobs.job_array[i]));
    const auto& reservations = *tables_->reservations.message;
    for (std::uint32_t i = 0; i < reservations.record_count; ++i)
        picture.reservations.push_back(record_of(reservations.reservation_array[i]));
    return picture;
}

Result<Reply> Loader::load(PictureNumber known) {
    const auto changed = refresh();
    if (!changed) {
        forget();  // some tables may be newer than the last picture
        return tl::unexpected{changed.error()};
    }
    if (*changed) ++number_;
    if (known == number_) return Reply{Unchanged{tables_->answered_at_ns}};
    return Reply{picture()};
}

}  // namespace frugald::slurm
