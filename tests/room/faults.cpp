#include "tests/room/faults.h"

#include <fmt/format.h>

#include <limits>

namespace frugald::room {

namespace {

constexpr double minute_ms = 60000;
constexpr std::array fault_names = {
    FaultName{"delay", FaultKind::delay, true, 0, 10 * minute_ms},
    FaultName{"loss", FaultKind::loss, true, 0, 100},
    FaultName{"duplicate", FaultKind::duplicate, false, 100, 100},
    FaultName{"reorder", FaultKind::reorder, false, 30, minute_ms},
    FaultName{"dead", FaultKind::dead, false, 1, 1},
    FaultName{"mute", FaultKind::mute, false, 1, 1},
    FaultName{"wrong_hmac", FaultKind::wrong_hmac, false, 1, 1},
    FaultName{"no_session", FaultKind::no_session, false, 1, 1},
    FaultName{"ignore", FaultKind::ignore, false, 1, 1},
    FaultName{"bmcerror", FaultKind::bmcerror, false, 0xff, 0xff},
    FaultName{"noboot", FaultKind::noboot, false, 1, 1},
    FaultName{"boot", FaultKind::boot, true, 0, 86400},
    FaultName{"nosoft", FaultKind::nosoft, false, 1, 1},
    FaultName{"dcmi_off", FaultKind::dcmi_off, false, 1, 1},
    FaultName{"dcmi_empty", FaultKind::dcmi_empty, false, 1, 1000},
    FaultName{"dcmi_inactive", FaultKind::dcmi_inactive, false, 1, 1},
    FaultName{"dcmi_watts", FaultKind::dcmi_watts, true, 0, 65535},
    FaultName{"dcmi_count", FaultKind::dcmi_count, false, 0, 63},
    FaultName{"dcmi_nolimit", FaultKind::dcmi_nolimit, false, 1, 1},
    FaultName{"watt_sensor", FaultKind::watt_sensor, false, 255, 255},
    FaultName{"nm_off", FaultKind::nm_off, false, 1, 1},
    FaultName{"clamp", FaultKind::clamp, true, 0, 65535},
    FaultName{"disobey", FaultKind::disobey, false, 1, 1},
    FaultName{"guid", FaultKind::guid, false, 1, 65535},
    FaultName{"empty_integers", FaultKind::empty_integers, false, 1, 1},
    FaultName{"renumber", FaultKind::renumber, false, 1, 1, true},
    FaultName{"rescale", FaultKind::rescale, false, 1, 1, true},
    FaultName{"no_repository", FaultKind::no_repository, false, 1, 1, true},
    FaultName{"short_records", FaultKind::short_records, true, 0, 255},
    FaultName{"lost_reservations", FaultKind::lost_reservations, true, 0, 1000},
    FaultName{"endless_records", FaultKind::endless_records, false, 1, 1},
    FaultName{"timeless", FaultKind::timeless, false, 1, 1},
    FaultName{"firmware", FaultKind::firmware, true, 0, 99},
};
static_assert(fault_names.size() == static_cast<std::size_t>(FaultKind::count));

}  // namespace

Result<FaultName> find_fault(std::string_view name) {
    std::string known;
    for (const FaultName& fault : fault_names) {
        if (fault.name == name) return fault;
        known += fmt::format(" {}", fault.name);
    }
    return fail(Fault::invalid, fmt::format("unknown fault '{}'; known are:{}", name, known));
}

void Faults::set(FaultKind kind, double value) {
    if (!values_) {
        values_ = std::make_unique<std::array<float, kinds>>();
        values_->fill(std::numeric_limits<float>::quiet_NaN());
    }
    (*values_)[index(kind)] = static_cast<float>(value);
}

std::string Faults::describe() const {
    std::string text;
    for (const FaultName& fault : fault_names)
        if (has(fault.kind))
            text +=
                fmt::format("{}{}={:g}", text.empty() ? "" : ",", fault.name, value(fault.kind));
    return text.empty() ? "-" : text;
}

}  // namespace frugald::room
