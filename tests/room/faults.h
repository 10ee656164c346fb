#pragma once

#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::room {

/// What can go wrong with a device, by name on the control socket. docs/room.md explains each.
enum class FaultKind {
    delay,
    loss,
    duplicate,
    reorder,
    dead,
    mute,
    wrong_hmac,
    no_session,
    ignore,
    bmcerror,
    noboot,
    boot,
    nosoft,
    dcmi_off,
    dcmi_empty,
    dcmi_inactive,
    dcmi_watts,
    dcmi_count,
    dcmi_nolimit,
    watt_sensor,
    nm_off,
    clamp,
    disobey,
    guid,
    empty_integers,
    renumber,
    rescale,
    no_repository,
    short_records,
    lost_reservations,
    endless_records,
    timeless,
    firmware,
    count,
};

struct FaultName {
    std::string_view name;
    FaultKind kind;
    bool needs_value;
    double otherwise;  // the value when none is given
    double most;
    bool changes_repository = false;
};
/// Fault::invalid names the known ones.
Result<FaultName> find_fault(std::string_view name);

/// The faults of one device. Nothing is allocated for a healthy one.
class Faults {
public:
    bool has(FaultKind kind) const { return values_ && !std::isnan((*values_)[index(kind)]); }
    /// 0 when the fault is absent.
    double value(FaultKind kind) const { return has(kind) ? (*values_)[index(kind)] : 0; }
    bool any() const { return values_ != nullptr; }
    void set(FaultKind kind, double value);
    void clear() { values_.reset(); }
    /// "delay=200,ignore=1", or "-".
    std::string describe() const;

private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(FaultKind::count);
    static std::size_t index(FaultKind kind) { return static_cast<std::size_t>(kind); }

    std::unique_ptr<std::array<float, kinds>> values_;
};

}  // namespace frugald::room
