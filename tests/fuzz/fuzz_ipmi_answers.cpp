// Any bytes as the answer to each command that frugald knows: completion code, then data.
#include <algorithm>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/node_manager.h"
#include "tests/fuzz/ipmi_session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    if (size < 1) return 0;
    ipmi::Answer answer;
    answer.completion_code = data[0];
    answer.data.assign(ipmi::Bytes(data + 1, std::min<std::size_t>(size - 1, 256)));
    static_cast<void>(ipmi::parse_chassis_status(answer));
    const auto power = ipmi::parse_power_reading(answer);
    fuzz::require(!power || answer.completed());
    static_cast<void>(ipmi::parse_power_limit(answer));
    static_cast<void>(ipmi::parse_sensor_reading(answer));
    static_cast<void>(ipmi::explain(answer.completion_code));
    const auto watts = ipmi::parse_node_manager_statistics(answer);
    const auto policy = ipmi::parse_node_manager_policy(answer);
    const auto range = ipmi::parse_node_manager_capabilities(answer);
    fuzz::require((!watts && !policy && !range) || ipmi::is_node_manager(answer));
    static_cast<void>(ipmi::explain_node_manager(answer.completion_code));
    static_cast<void>(ipmi::parse_node_manager_record(answer.data));
    return 0;
}
