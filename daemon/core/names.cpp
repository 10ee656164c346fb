#include "daemon/core/action.h"
#include "daemon/core/finding.h"
#include "daemon/core/reading.h"
#include "daemon/core/sample_query.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/core/snapshot.h"

namespace frugald {

const char* to_string(FindingLevel level) {
    switch (level) {
        case FindingLevel::ok:
            return "ok";
        case FindingLevel::warn:
            return "warn";
        case FindingLevel::fail:
            return "fail";
        case FindingLevel::unknown:
            break;
    }
    return "unknown";
}

const char* to_string(Quantity quantity) {
    switch (quantity) {
        case Quantity::power_watts:
            return "power_watts";
        case Quantity::current_amperes:
            return "current_amperes";
        case Quantity::voltage_volts:
            return "voltage_volts";
        case Quantity::energy_joules:
            return "energy_joules";
        case Quantity::temperature_celsius:
            return "temperature_celsius";
        case Quantity::fan_speed_rpm:
            return "fan_speed_rpm";
        case Quantity::power_factor:
            return "power_factor";
        case Quantity::cap_watts:
            return "cap_watts";
        case Quantity::rating_amperes:
            return "rating_amperes";
        case Quantity::coverage_ratio:
            return "coverage_ratio";
    }
    return "unknown";
}

const char* to_string(Resolution resolution) {
    switch (resolution) {
        case Resolution::automatic:
            return "auto";
        case Resolution::raw:
            return "raw";
        case Resolution::five_minutes:
            return "5min";
        case Resolution::hour:
            return "hour";
    }
    return "unknown";
}

const char* to_string(Part part) {
    switch (part) {
        case Part::total:
            return "total";
        case Part::line:
            return "line";
        case Part::branch:
            return "branch";
        case Part::outlet:
            return "outlet";
        case Part::psu:
            return "psu";
        case Part::sensor:
            return "sensor";
    }
    return "unknown";
}

const char* to_string(DeviceKind kind) {
    switch (kind) {
        case DeviceKind::node:
            return "node";
        case DeviceKind::pdu:
            return "pdu";
        case DeviceKind::meter:
            return "meter";
        case DeviceKind::partition:
            return "partition";
        case DeviceKind::level:
            return "level";
        case DeviceKind::cluster:
            return "cluster";
    }
    return "unknown";
}

const char* to_string(Chassis chassis) {
    switch (chassis) {
        case Chassis::unknown:
            return "unknown";
        case Chassis::off:
            return "off";
        case Chassis::on:
            return "on";
    }
    return "unknown";
}

const char* to_string(NodeBase base) {
    switch (base) {
        case NodeBase::unknown:
            return "unknown";
        case NodeBase::down:
            return "down";
        case NodeBase::idle:
            return "idle";
        case NodeBase::allocated:
            return "allocated";
        case NodeBase::error:
            return "error";
        case NodeBase::mixed:
            return "mixed";
        case NodeBase::future:
            return "future";
    }
    return "unknown";
}

const char* to_string(Quality quality) {
    switch (quality) {
        case Quality::good:
            return "good";
        case Quality::stale:
            return "stale";
        case Quality::suspect:
            return "suspect";
        case Quality::estimated:
            return "estimated";
    }
    return "unknown";
}

const char* to_string(CapCondition condition) {
    switch (condition) {
        case CapCondition::unconfirmed:
            return "unconfirmed";
        case CapCondition::in_force:
            return "in force";
        case CapCondition::not_obeyed:
            return "not obeyed";
        case CapCondition::lost:
            return "lost";
        case CapCondition::not_cappable:
            return "not cappable";
    }
    return "unknown";
}

const char* to_string(ActionKind kind) {
    switch (kind) {
        case ActionKind::power_on:
            return "on";
        case ActionKind::power_off:
            return "off";
        case ActionKind::power_soft:
            return "soft";
        case ActionKind::power_cycle:
            return "cycle";
        case ActionKind::set_cap:
            return "cap";
        case ActionKind::release_cap:
            return "uncap";
        case ActionKind::suspend:
            return "suspend";
        case ActionKind::drain:
            return "drain";
        case ActionKind::wake:
            return "wake";
    }
    return "unknown";
}

}  // namespace frugald
