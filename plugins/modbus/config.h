#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "daemon/core/settings.h"
#include "plugins/modbus/decode.h"

namespace frugald::modbus {

/// One `[[modbus.meter]]`.
struct MeterConfig {
    std::string name;
    std::string host;
    std::uint16_t port = 502;
    std::uint8_t unit = 1;
    std::string profile;
    std::chrono::milliseconds interval{10000};
    std::chrono::milliseconds timeout{1000};
    Site site;
};

/// The `[modbus]` table. All mistakes in one Error, a line each.
Result<std::vector<MeterConfig>> read_config(const Settings& part);

}  // namespace frugald::modbus
