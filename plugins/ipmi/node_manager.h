#pragma once

#include <optional>

#include "plugins/ipmi/commands.h"

// Intel Intelligent Power Node Manager, a controller behind the BMC, as bytes (FreeIPMI's
// tmpl_cmd_oem_intel_node_manager_*). All of them are about the whole platform, domain 0.
namespace frugald::ipmi {

Request get_node_manager_version(Target target);       // CAh
Request get_node_manager_statistics(Target target);    // C8h, mode 1: power
Request get_node_manager_capabilities(Target target);  // C9h, of power limits without a trigger

/// frugald's own policy; those of others are neither read nor changed.
inline constexpr std::uint8_t own_policy = 0x46;

/// C1h: a power limit without a trigger, enabled, in volatile memory (the engine's flash wears
/// out). The exception actions "alert" and "shut the system down" are always off: no other value
/// can be encoded here (safety.md N6).
Request set_node_manager_policy(Target target, const PowerLimit& limit);
/// C0h. A disabled policy keeps its limit and has no effect.
Request enable_node_manager_policy(Target target, bool enabled);
Request get_node_manager_policy(Target target);  // C2h

/// The answer is a Node Manager's: completed, with Intel's number in front.
bool is_node_manager(const Answer& answer);

/// `active`: it measures.
std::optional<PowerReading> parse_node_manager_statistics(const Answer& answer);

struct LimitRange {
    std::uint16_t least_watts = 0, most_watts = 0;
    std::uint32_t least_correction_ms = 0, most_correction_ms = 0;
    std::uint16_t least_period_s = 0, most_period_s = 0;
};
std::optional<LimitRange> parse_node_manager_capabilities(const Answer& answer);

struct NodeManagerPolicy {
    bool enabled = false;
    bool control_enabled = false;  // policies at all: for the platform, and for this domain
    bool may_shut_down = false;    // somebody else armed it
    PowerLimit limit;
};
/// Absent also when there is no such policy (80h); tell them apart by the completion code.
std::optional<NodeManagerPolicy> parse_node_manager_policy(const Answer& answer);

inline constexpr std::uint8_t no_such_policy = 0x80;
inline constexpr std::uint8_t policy_is_enabled = 0xd5;  // and only its limit can be changed

/// Completion codes of the Node Manager, and of the BMC that could not reach it.
std::string explain_node_manager(std::uint8_t completion_code);

/// Where the SDR repository says it is: the OEM record C0h of Intel, subtype 0Dh. Absent: `record`
/// (with its header) is another one.
std::optional<Target> parse_node_manager_record(Bytes record);

}  // namespace frugald::ipmi
