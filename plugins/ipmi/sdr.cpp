#include "plugins/ipmi/sdr.h"

#include <fmt/format.h>

#include <utility>

#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/id_string.h"
#include "plugins/ipmi/node_manager.h"
#include "plugins/ipmi/node_power.h"
#include "plugins/ipmi/sensor_names.h"
#include "plugins/ipmi/units.h"

namespace frugald::ipmi {
namespace {

using SdrContext = CHandle<ipmi_sdr_ctx, ipmi_sdr_ctx_destroy>;

constexpr std::size_t record_header_size = 5;
constexpr std::uint8_t full_record = 0x01;
constexpr std::uint8_t threshold_type = 0x01;

struct Record {
    ipmi_sdr_ctx_t context;
    const char* data;
    unsigned size;
};

bool belongs_to_bmc(const Record& record, const Workarounds& workarounds) {
    if (workarounds.assume_bmc_owner) return true;
    std::uint8_t type = 0;
    std::uint8_t id = 0;
    // FreeIPMI splits the owner byte into the type bit and a 7-bit address.
    return ipmi_sdr_parse_sensor_owner_id(record.context, record.data, record.size, &type, &id) ==
               0 &&
           type == 0 && id == bmc_address >> 1;
}

bool is_numeric(const Record& record, const Workarounds& workarounds) {
    std::uint8_t code = 0;
    if (ipmi_sdr_parse_event_reading_type_code(record.context, record.data, record.size, &code) < 0)
        return false;
    return code == threshold_type || workarounds.discrete_reading;
}

std::optional<Unit> unit_of(const Record& record) {
    UnitBytes bytes;
    if (ipmi_sdr_parse_sensor_units(record.context, record.data, record.size, &bytes.percentage,
                                    &bytes.modifier, &bytes.rate, &bytes.base,
                                    &bytes.modifier_unit) < 0)
        return std::nullopt;
    return ipmi::unit_of(bytes);
}

std::string name_of(const Record& record) {
    constexpr std::size_t type_length_byte = 47;  // of a full record
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(record.data), record.size);
    return bytes.size() > type_length_byte ? id_string(bytes.subspan(type_length_byte)) : "";
}

bool read_identity(const Record& record, Sensor& sensor) {
    std::uint8_t channel = 0, instance_type = 0;
    return ipmi_sdr_parse_sensor_number(record.context, record.data, record.size, &sensor.number) ==
               0 &&
           ipmi_sdr_parse_sensor_owner_lun(record.context, record.data, record.size, &sensor.lun,
                                           &channel) == 0 &&
           ipmi_sdr_parse_entity_id_instance_type(record.context, record.data, record.size,
                                                  &sensor.entity, &sensor.instance,
                                                  &instance_type) == 0;
}

bool read_formula(const Record& record, Sensor& sensor) {
    return ipmi_sdr_parse_sensor_decoding_data(
               record.context, record.data, record.size, &sensor.factors.r_exponent,
               &sensor.factors.b_exponent, &sensor.factors.m, &sensor.factors.b,
               &sensor.linearization, &sensor.analog_format) == 0 &&
           (sensor.linearization <= IPMI_SDR_LINEARIZATION_CUBERT || sensor.needs_factors()) &&
           IPMI_SDR_ANALOG_DATA_FORMAT_VALID(sensor.analog_format);
}

std::optional<Sensor> parse_sensor(const Record& record, const Workarounds& workarounds) {
    constexpr std::uint8_t no_number = 0xff;
    if (!belongs_to_bmc(record, workarounds) || !is_numeric(record, workarounds))
        return std::nullopt;
    const auto unit = unit_of(record);
    if (!unit) return std::nullopt;
    Sensor sensor;
    sensor.unit = *unit;
    sensor.quantity = unit->quantity;
    if (!read_identity(record, sensor) || !read_formula(record, sensor) ||
        sensor.number == no_number)
        return std::nullopt;
    if (sensor.entity == IPMI_ENTITY_ID_POWER_SUPPLY) sensor.part = Part::psu;
    sensor.name = name_of(record);
    return sensor.name.empty() ? std::nullopt : std::optional(sensor);
}

}  // namespace

SensorTable parse_repository(const Repository& repository, const Workarounds& workarounds,
                             const Habits& habits) {
    SensorTable table;
    table.fingerprint = std::hash<std::string>()(repository);
    const SdrContext context(ipmi_sdr_ctx_create());
    for (std::size_t at = 0; at + record_header_size <= repository.size();) {
        const std::size_t size = record_header_size + static_cast<std::uint8_t>(repository[at + 4]);
        if (at + size > repository.size()) break;
        const Record record{context.get(), repository.data() + at, static_cast<unsigned>(size)};
        at += size;
        const Bytes bytes(reinterpret_cast<const std::uint8_t*>(record.data), size);
        if (const auto target = parse_node_manager_record(bytes)) table.node_manager = target;
        // Compact records (02h) share themselves among sensors, but have no factors: no numbers.
        if (static_cast<std::uint8_t>(record.data[3]) != full_record) continue;
        if (auto sensor = parse_sensor(record, workarounds))
            table.sensors.push_back(std::move(*sensor));
    }
    // By the names as the BMC has them, which is what profiles know.
    table.node_power = find_node_power(table.sensors, habits);
    tell_apart(table.sensors);
    return table;
}

std::string digest_of(std::string_view repository) {
    // FNV-1a, 128 bits.
    __extension__ using Wide = unsigned __int128;
    constexpr auto wide = [](std::uint64_t high, std::uint64_t low) {
        return static_cast<Wide>(high) << 64 | low;
    };
    Wide hash = wide(0x6c62272e07bb0142, 0x62b821756295c58d);
    for (const char c : repository)
        hash = (hash ^ static_cast<unsigned char>(c)) * wide(0x0000000001000000, 0x13b);
    return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(hash >> 64),
                       static_cast<std::uint64_t>(hash));
}

}  // namespace frugald::ipmi
