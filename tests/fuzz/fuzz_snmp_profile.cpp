// Any bytes as a profile, and the rest of them as a recording of the device that it is for: what
// comes out are numbers with names that can be printed, and no more mistakes than text.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/profile/checks.h"
#include "plugins/snmp/profile_reader.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::string_view border = "\n%%\n";
    const auto cut = std::min(text.find(border), text.size());
    const auto settings = parse_toml(text.substr(0, cut), "x.toml");
    if (!settings) return 0;
    const auto profile = snmp::read_profile(*settings, "x");
    if (!profile) {
        require(!profile.error().text.empty());
        return 0;
    }
    const auto recording =
        snmp::Recording::read(text.substr(std::min(cut + border.size(), text.size())));
    if (!recording) return 0;
    const auto look = snmp::profile::look_at(*recording, *profile);
    for (const auto& reading : snmp::readings(look.plan, look.values)) {
        require(std::isfinite(reading.value));
        require(std::ranges::all_of(reading.name, [](char c) { return c >= ' ' && c <= '~'; }));
    }
    snmp::profile::check(look);
    return 0;
}
