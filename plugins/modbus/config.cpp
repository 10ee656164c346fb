#include "plugins/modbus/config.h"

#include <fmt/format.h>

#include <set>

namespace frugald::modbus {

namespace {

using namespace std::chrono_literals;

// Each has a thread and three descriptors, and libmodbus knows only the first 1,024 descriptors.
constexpr std::size_t most_gateways = 128;

/// What may stand in `[[modbus.meter]]`, and in `[modbus]` for all of them.
struct Common {
    std::int64_t port = 502;
    std::int64_t unit = 1;
    std::string profile;
    std::chrono::milliseconds interval = 10s;
    std::chrono::milliseconds timeout = 1s;
};

Common read_common(SettingsReader& reader, const Common& otherwise) {
    Common common;
    common.port = reader.integer("port", otherwise.port, {.least = 1, .most = 65535});
    common.unit = reader.integer("unit", otherwise.unit, {.least = 0, .most = 255});
    common.profile = reader.text("profile", otherwise.profile);
    common.interval = reader.duration("interval_s", otherwise.interval, 1s, 3600s);
    common.timeout = reader.duration("timeout_s", otherwise.timeout, 50ms, 10s);
    return common;
}

Site read_site(SettingsReader& reader) {
    Site site;
    site.ct_ratio = reader.number("ct_ratio", 1, {.least = 1e-3, .most = 1e5});
    site.vt_ratio = reader.number("vt_ratio", 1, {.least = 1e-3, .most = 1e5});
    site.reverse = reader.boolean("reverse", false);
    if (reader.has("order")) site.order = order_of(reader.choice("order", "abcd", order_words()));
    return site;
}

MeterConfig read_meter(SettingsReader& reader, const Common& defaults) {
    MeterConfig meter;
    meter.name = reader.required_text("name");
    meter.host = reader.required_text("host");
    const auto common = read_common(reader, defaults);
    meter.port = static_cast<std::uint16_t>(common.port);
    meter.unit = static_cast<std::uint8_t>(common.unit);
    meter.profile = common.profile;
    meter.interval = common.interval;
    meter.timeout = common.timeout;
    meter.site = read_site(reader);
    if (meter.profile.empty())
        reader.mistake("profile", "'profile' is missing: which kind of meter (docs/meters.md)");
    return meter;
}

}  // namespace

Result<std::vector<MeterConfig>> read_config(const Settings& part) {
    SettingsReader reader{part};
    std::vector<MeterConfig> meters;
    const auto defaults = read_common(reader, {});
    std::set<std::string> names;
    std::set<std::pair<std::string, std::uint16_t>> gateways;
    for (const auto* settings : reader.tables("meter")) {
        SettingsReader table{*settings};
        meters.push_back(read_meter(table, defaults));
        const auto& meter = meters.back();
        if (!names.insert(meter.name).second)
            table.mistake("name", fmt::format("there are two meters called '{}'", meter.name));
        gateways.emplace(meter.host, meter.port);
        reader.adopt(table.finish());
    }
    if (gateways.size() > most_gateways)
        reader.mistake("meter", fmt::format("more than {} different gateways", most_gateways));
    if (auto finished = reader.finish(); !finished) return tl::unexpected{finished.error()};
    return meters;
}

}  // namespace frugald::modbus
