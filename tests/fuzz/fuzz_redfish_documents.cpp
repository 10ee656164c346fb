// Any bytes as the answer to each Redfish resource that frugald reads.
#include <cmath>

#include "plugins/redfish/documents.h"

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void check(const frugald::redfish::PowerFacts& facts) {
    require(!facts.watts || std::isfinite(*facts.watts));
    require(!facts.average_watts || std::isfinite(*facts.average_watts));
    require(!facts.energy_joules || *facts.energy_joules >= 0);
    for (const auto& supply : facts.supplies) require(supply.watts >= 0 && !supply.name.empty());
}

void check_paths(const frugald::redfish::SystemFacts& facts) {
    for (const auto& path : {facts.reset_target, facts.reset_info, facts.bios}) {
        if (!path) continue;
        require(path->front() == '/');
        for (const char c : *path) require(c > ' ' && c <= '~');  // it goes into a request line
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald::redfish;
    const auto document = parse_document({reinterpret_cast<const char*>(data), size});
    if (!document) return 0;
    check(read_environment(*document));
    check(read_power(*document, "/redfish/v1/Systems/1"));
    check(read_sensor(*document));
    static_cast<void>(read_supply_input(*document));
    for (const auto kind : {LimitKind::environment, LimitKind::control, LimitKind::power}) {
        const auto limit = read_limit(kind, *document, "");
        require(!limit || limit->reading.limit.value >= 0);
        require(!limit || !limit->reading.active || limit->reading.limit.value > 0);
        require(!limit || !limit->reading.least || limit->reading.least->value > 0);
    }
    const auto system = read_system(*document);
    check_paths(system);
    require(!system.uuid || system.uuid->size() == 32);
    static_cast<void>(choose_reset(frugald::PowerCommand::soft, read_reset_info(*document)));
    static_cast<void>(energy_attributes(read_bios_attributes(*document), {}));
    for (const char c : error_message(*document)) require(static_cast<unsigned char>(c) >= ' ');
    static_cast<void>(is_error(*document));
    return 0;
}
