#include "plugins/ipmi/node_manager.h"

#include <fmt/format.h>

#include "plugins/ipmi/fiid.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t oem_request = 0x2e;
constexpr std::uint8_t intel_low = 0x57, intel_middle = 0x01, intel_high = 0x00;
constexpr std::size_t after_intel = 3;
constexpr std::uint8_t platform = 0;
constexpr std::uint8_t no_policy_exception_action = 0;

constexpr std::uint8_t global_power = 0x01;
constexpr std::uint8_t power_limit_policies = 0x10;  // trigger 0 (none), type 1

constexpr std::uint8_t policy_enabled = 0x10;
constexpr std::uint8_t add_policy = 0x10;  // else: remove it
constexpr std::uint8_t volatile_memory = 0x80;
constexpr std::uint8_t enable_policy = 5, disable_policy = 4;

template <class... Data>
Request request(Target target, std::uint8_t command, Data... data) {
    return {oem_request, 0, {command, intel_low, intel_middle, intel_high, data...}, target};
}

}  // namespace

Request get_node_manager_version(Target target) { return request(target, 0xca); }

Request get_node_manager_statistics(Target target) {
    return request(target, 0xc8, global_power, platform, std::uint8_t{0});
}

Request get_node_manager_capabilities(Target target) {
    return request(target, 0xc9, platform, power_limit_policies);
}

Request set_node_manager_policy(Target target, const PowerLimit& limit) {
    constexpr std::uint8_t how = add_policy | volatile_memory;
    constexpr std::uint8_t no_trigger_limit = 0;
    return request(target, 0xc1, static_cast<std::uint8_t>(platform | policy_enabled), own_policy,
                   how, no_policy_exception_action, byte_of(limit.watts, 0),
                   byte_of(limit.watts, 1), byte_of(limit.correction_ms, 0),
                   byte_of(limit.correction_ms, 1), byte_of(limit.correction_ms, 2),
                   byte_of(limit.correction_ms, 3), no_trigger_limit, no_trigger_limit,
                   byte_of(limit.period_s, 0), byte_of(limit.period_s, 1));
}

Request enable_node_manager_policy(Target target, bool enabled) {
    return request(target, 0xc0, enabled ? enable_policy : disable_policy, platform, own_policy);
}

Request get_node_manager_policy(Target target) {
    return request(target, 0xc2, platform, own_policy);
}

bool is_node_manager(const Answer& answer) {
    return answer.completed() && answer.data.size() >= after_intel && answer.data[0] == intel_low &&
           answer.data[1] == intel_middle && answer.data[2] == intel_high;
}

std::optional<PowerReading> parse_node_manager_statistics(const Answer& answer) {
    constexpr std::uint8_t measuring = 0x40;
    if (!is_node_manager(answer) || answer.data.size() < 20) return std::nullopt;
    return PowerReading{le16(answer.data, after_intel), (answer.data[19] & measuring) != 0};
}

std::optional<LimitRange> parse_node_manager_capabilities(const Answer& answer) {
    if (!is_node_manager(answer) || answer.data.size() < 20) return std::nullopt;
    return LimitRange{.least_watts = le16(answer.data, 6),
                      .most_watts = le16(answer.data, 4),
                      .least_correction_ms = le32(answer.data, 8),
                      .most_correction_ms = le32(answer.data, 12),
                      .least_period_s = le16(answer.data, 16),
                      .most_period_s = le16(answer.data, 18)};
}

std::optional<NodeManagerPolicy> parse_node_manager_policy(const Answer& answer) {
    constexpr std::uint8_t domain_enabled = 0x20, globally_enabled = 0x40, shut_down = 0x02;
    if (!is_node_manager(answer) || answer.data.size() < 16) return std::nullopt;
    const std::uint8_t state = answer.data[3];
    return NodeManagerPolicy{
        .enabled = (state & policy_enabled) != 0,
        .control_enabled = (state & domain_enabled) != 0 && (state & globally_enabled) != 0,
        .may_shut_down = (answer.data[5] & shut_down) != 0,
        .limit = {.watts = le16(answer.data, 6),
                  .correction_ms = le32(answer.data, 8),
                  .period_s = le16(answer.data, 14)}};
}

std::string explain_node_manager(std::uint8_t completion_code) {
    const char* meaning = nullptr;
    switch (completion_code) {
        case 0x80:
            meaning = "it has no such policy";
            break;
        case 0x81:
            meaning = "it does not know the platform domain";
            break;
        case 0x82:
            meaning = "it cannot limit power without a trigger";
            break;
        case 0x83:
            meaning = "nobody answers at its address";
            break;
        default:
            return explain(completion_code);
    }
    return fmt::format("completion code {:02x}h: {}", completion_code, meaning);
}

std::optional<Target> parse_node_manager_record(Bytes record) {
    constexpr std::uint8_t oem_record = 0xc0, discovery = 0x0d;
    constexpr std::size_t header = 5;
    if (record.size() < header + 7 || record[3] != oem_record) return std::nullopt;
    const Bytes data = record.subspan(header);
    if (data[0] != intel_low || data[1] != intel_middle || data[2] != intel_high ||
        data[3] != discovery)
        return std::nullopt;
    return Target{.channel = static_cast<std::uint8_t>(data[6] >> 4),
                  .address = static_cast<std::uint8_t>(data[5] & 0xfe)};
}

}  // namespace frugald::ipmi
