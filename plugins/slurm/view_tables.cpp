#include <fmt/format.h>

#include "plugins/slurm/view_parts.h"

namespace frugald::slurm {

namespace {

std::optional<std::chrono::seconds> seconds(std::optional<std::uint32_t> number) {
    if (!number) return std::nullopt;
    return std::chrono::seconds{*number};
}

tl::unexpected<Error> unreadable(std::string_view what, const std::string& name,
                                 const Error& error) {
    return fail(Fault::unparsable, fmt::format("the nodes of {} {}: {}", what, name, error.text));
}

}  // namespace

Result<void> take_partitions(const Picture& picture, HostlistCache& hostlists,
                             SchedulerView& view) {
    for (const auto& record : picture.partitions) {
        const auto names = hostlists.expand(record.nodes);
        if (!names) return unreadable("partition", record.name, names.error());
        view.partitions.push_back({record.name, **names, record.up, seconds(record.suspend_time),
                                   seconds(record.suspend_timeout),
                                   seconds(record.resume_timeout)});
        for (const auto& name : **names)
            if (const auto node = view.nodes.find(name); node != view.nodes.end())
                node->second.partitions.push_back(record.name);
    }
    return {};
}

Result<void> take_reservations(const Picture& picture, HostlistCache& hostlists,
                               SchedulerView& view) {
    for (const auto& record : picture.reservations) {
        const auto names = hostlists.expand(record.nodes);
        if (!names) return unreadable("reservation", record.name, names.error());
        SchedulerReservation reservation{
            record.name, **names, {}, WallTime::max(), record.maintenance};
        // An end that is not known is none: the nodes stay reserved.
        if (const auto start = wall_time(record.start)) reservation.start = *start;
        if (const auto end = wall_time(record.end)) reservation.end = *end;
        view.reservations.push_back(std::move(reservation));
    }
    return {};
}

}  // namespace frugald::slurm
