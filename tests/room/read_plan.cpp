#include "daemon/config/toml_file.h"
#include "daemon/core/settings.h"
#include "tests/room/options.h"

namespace frugald::room {

namespace {

constexpr std::size_t longest_password = 20, longest_user = 16;

Address read_address(SettingsReader& reader) {
    const auto address = parse_address(reader.required_text("address"));
    if (address) return *address;
    reader.mistake("address", address.error().text);
    return 0;
}

std::uint16_t read_port(SettingsReader& reader, std::int64_t otherwise) {
    return static_cast<std::uint16_t>(reader.integer("port", otherwise, {1, 65535}));
}

Seconds read_seconds(SettingsReader& reader, std::string_view key, double otherwise) {
    constexpr double longest = 86400;
    return Seconds(reader.number(key, otherwise, {0, longest}));
}

PowerProfile read_power(SettingsReader& reader) {
    constexpr Bounds watts{0, 65535};
    PowerProfile power;
    power.idle_watts = reader.number("idle_watts", power.idle_watts, watts);
    power.full_watts = reader.number("full_watts", power.full_watts, watts);
    power.standby_watts = reader.number("standby_watts", power.standby_watts, watts);
    power.boot_watts = reader.number(
        "boot_watts", power.idle_watts + 0.6 * (power.full_watts - power.idle_watts), watts);
    power.settle_s = reader.number("settle_s", power.settle_s, {0, 3600});
    power.noise_percent = reader.number("noise_percent", power.noise_percent, {0, 50});
    return power;
}

void read_access(SettingsReader& reader, NodeKind& kind) {
    kind.user = reader.text("user", "admin");
    kind.password = reader.text("password", "secret12");
    if (kind.user.size() > longest_user) reader.mistake("user", "at most 16 characters (IPMI)");
    if (kind.password.size() > longest_password)
        reader.mistake("password", "at most 20 characters (IPMI)");
    const std::string privilege =
        reader.choice("privilege", "administrator", {"user", "operator", "administrator"});
    kind.privilege = privilege == "user" ? 2 : privilege == "operator" ? 3 : 4;
    kind.suite_0 = reader.boolean("suite_0", false);
    kind.null_user = reader.boolean("null_user", false);
    kind.anonymous = reader.boolean("anonymous", false);
    kind.privilege_echo = reader.boolean("privilege_echo", false);
    kind.manufacturer = static_cast<std::uint32_t>(reader.integer("manufacturer", 0, {0, 0xfffff}));
    kind.product = static_cast<std::uint16_t>(reader.integer("product", kind.product, {0, 0xffff}));
    kind.suites.clear();
    for (const std::int64_t number : reader.integers("suites", {17, 3})) {
        if (number != 3 && number != 17)
            reader.mistake("suites", "the room speaks the cipher suites 3 and 17");
        kind.suites.push_back(static_cast<Suite>(number));
    }
}

BmcPlan read_bmcs(const Settings& table, SettingsReader& parent) {
    SettingsReader reader(table);
    BmcPlan bmcs;
    bmcs.nodes = reader.nodes("nodes");
    if (bmcs.nodes.empty()) reader.mistake("nodes", "at least one node");
    bmcs.address = read_address(reader);
    bmcs.port = read_port(reader, bmcs.port);
    bmcs.powered = reader.boolean("powered", true);
    bmcs.kind = NodeKind(read_power(reader),
                         reader.choice("sensors", "usual", {"usual", "every"}) == "every");
    read_access(reader, bmcs.kind);
    bmcs.kind.node_manager = reader.boolean("node_manager", false);
    if (bmcs.kind.node_manager)
        for (SensorTable& sensors : bmcs.kind.sensors) sensors.add_node_manager();
    bmcs.kind.boot = read_seconds(reader, "boot_s", 0);
    bmcs.kind.shutdown = read_seconds(reader, "shutdown_s", 1);
    bmcs.kind.cycle_off = read_seconds(reader, "cycle_off_s", 1);
    bmcs.kind.machine = reader.texts("machine");
    bmcs.kind.console = reader.text("console", "");
    parent.adopt(reader.finish());
    return bmcs;
}

PduPlan read_pdu(const Settings& table, SettingsReader& parent) {
    SettingsReader reader(table);
    PduPlan pdu;
    pdu.names = reader.nodes("name");
    if (pdu.names.empty()) reader.mistake("name", "at least one name");
    pdu.address = read_address(reader);
    pdu.port = read_port(reader, pdu.port);
    pdu.community = reader.text("community", pdu.community);
    pdu.recording = reader.text("recording", "");
    pdu.shape = reader.choice("shape", pdu.shape, {"apc-rpdu2", "sentry4", "raritan-px2"});
    pdu.outlets = reader.nodes("outlets");
    pdu.outlet_count = static_cast<std::size_t>(reader.integer("outlet_count", 0, {0, 1000}));
    pdu.phases = static_cast<unsigned>(reader.integer("phases", pdu.phases, {1, 3}));
    pdu.volts = reader.number("volts", pdu.volts, {1, 1000});
    pdu.rating_amperes = reader.number("rating_amperes", pdu.rating_amperes, {1, 1000});
    if (!pdu.recording.empty() && !pdu.outlets.empty())
        reader.mistake("outlets", "a recording has its own outlets");
    parent.adopt(reader.finish());
    return pdu;
}

MeterPlan read_meter(const Settings& table, SettingsReader& parent) {
    SettingsReader reader(table);
    MeterPlan meter;
    meter.name = reader.required_text("name");
    meter.address = read_address(reader);
    meter.port = read_port(reader, meter.port);
    meter.unit = static_cast<std::uint8_t>(reader.integer("unit", meter.unit, {0, 255}));
    meter.nodes = reader.nodes("nodes");
    meter.overhead = reader.number("overhead", meter.overhead, {0, 100});
    meter.start_watt_hours = reader.number("start_watt_hours", 0, {0, 1e15});
    parent.adopt(reader.finish());
    return meter;
}

}  // namespace

Result<RoomPlan> read_plan(const std::filesystem::path& file) {
    const auto settings = read_toml(file);
    if (!settings) return tl::unexpected<Error>(settings.error());
    RoomPlan plan;
    SettingsReader top(*settings);
    SettingsReader room(top.table("room"));
    plan.control = room.text("control", "");
    plan.seed = static_cast<std::uint64_t>(room.integer("seed", 1));
    top.adopt(room.finish());
    for (const Settings* table : top.tables("bmcs")) plan.bmcs.push_back(read_bmcs(*table, top));
    for (const Settings* table : top.tables("pdu")) plan.pdus.push_back(read_pdu(*table, top));
    for (const Settings* table : top.tables("meter"))
        plan.meters.push_back(read_meter(*table, top));
    if (const auto finished = top.finish(); !finished)
        return tl::unexpected<Error>(finished.error());
    return plan;
}

}  // namespace frugald::room
