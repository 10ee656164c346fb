#include "plugins/ipmi/sdr.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/node_manager.h"

namespace frugald::ipmi {
namespace {

using SdrContext = CHandle<ipmi_sdr_ctx, ipmi_sdr_ctx_destroy>;

constexpr std::size_t record_header_size = 5;
constexpr std::uint8_t full_record = 0x01;
constexpr std::uint8_t threshold_type = 0x01;
constexpr std::uint8_t bmc_address = 0x20;

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

std::optional<Quantity> quantity_of(const Record& record) {
    std::uint8_t percentage = 0, modifier = 0, rate = 0, base = 0, modifier_unit = 0;
    if (ipmi_sdr_parse_sensor_units(record.context, record.data, record.size, &percentage,
                                    &modifier, &rate, &base, &modifier_unit) < 0)
        return std::nullopt;
    if (percentage || modifier || rate) return std::nullopt;
    switch (base) {
        case IPMI_SENSOR_UNIT_DEGREES_C:
            return Quantity::temperature_celsius;
        case IPMI_SENSOR_UNIT_RPM:
            return Quantity::fan_speed_rpm;
        case IPMI_SENSOR_UNIT_WATTS:
            return Quantity::power_watts;
        default:
            return std::nullopt;
    }
}

std::string name_of(const Record& record) {
    std::array<char, IPMI_SDR_MAX_SENSOR_NAME_LENGTH> name{};
    const int size = ipmi_sdr_parse_id_string(record.context, record.data, record.size, name.data(),
                                              name.size() - 1);
    std::string text(name.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    text.erase(std::find(text.begin(), text.end(), '\0'), text.end());
    // Names become labels and log text: only printable ASCII gets that far.
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

std::optional<Sensor> parse_sensor(const Record& record, const Workarounds& workarounds) {
    if (!belongs_to_bmc(record, workarounds) || !is_numeric(record, workarounds))
        return std::nullopt;
    const auto quantity = quantity_of(record);
    if (!quantity) return std::nullopt;
    Sensor sensor;
    sensor.quantity = *quantity;
    std::uint8_t channel = 0, instance = 0, instance_type = 0;
    if (ipmi_sdr_parse_sensor_number(record.context, record.data, record.size, &sensor.number) <
            0 ||
        ipmi_sdr_parse_sensor_owner_lun(record.context, record.data, record.size, &sensor.lun,
                                        &channel) < 0 ||
        ipmi_sdr_parse_entity_id_instance_type(record.context, record.data, record.size,
                                               &sensor.entity, &instance, &instance_type) < 0 ||
        ipmi_sdr_parse_sensor_decoding_data(
            record.context, record.data, record.size, &sensor.r_exponent, &sensor.b_exponent,
            &sensor.m, &sensor.b, &sensor.linearization, &sensor.analog_format) < 0)
        return std::nullopt;
    // Non-linear sensors need factors per reading, and FFh is no sensor number.
    if (sensor.linearization > IPMI_SDR_LINEARIZATION_CUBERT || sensor.number == 0xff ||
        !IPMI_SDR_ANALOG_DATA_FORMAT_VALID(sensor.analog_format))
        return std::nullopt;
    if (sensor.entity == IPMI_ENTITY_ID_POWER_SUPPLY) sensor.part = Part::psu;
    sensor.name = name_of(record);
    return sensor.name.empty() ? std::nullopt : std::optional(sensor);
}

// Two processors may both have a "Temp": the second becomes "Temp 2".
void tell_apart(std::vector<Sensor>& sensors) {
    std::map<std::pair<Quantity, std::string>, int> seen;
    for (Sensor& sensor : sensors)
        if (const int nth = ++seen[{sensor.quantity, sensor.name}]; nth > 1)
            sensor.name += ' ' + std::to_string(nth);
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// How much a watt sensor looks like the one of the whole node; 0: it does not.
int whole_node_score(const Sensor& sensor) {
    if (sensor.quantity != Quantity::power_watts || sensor.part == Part::psu) return 0;
    int score = 0;
    switch (sensor.entity) {
        case IPMI_ENTITY_ID_SYSTEM_BOARD:
        case IPMI_ENTITY_ID_POWER_UNIT_POWER_DOMAIN:
        case IPMI_ENTITY_ID_POWER_MANAGEMENT_POWER_DISTRIBUTION_BOARD:
        case IPMI_ENTITY_ID_SYSTEM_CHASSIS:
        case IPMI_ENTITY_ID_BASEBOARD_MAIN_SYSTEM_BOARD:
            score = 1;
            break;
        default:
            return 0;
    }
    const std::string name = lower(sensor.name);
    for (const char* part : {"cpu", "mem", "dimm", "gpu", "fan", "hdd", "pci"})
        if (name.find(part) != std::string::npos) return 0;
    for (const char* whole : {"consumption", "system level", "sys power", "total", "power meter"})
        if (name.find(whole) != std::string::npos) score = 2;
    return score;
}

bool is_supply_input(const Sensor& sensor) {
    return sensor.quantity == Quantity::power_watts && sensor.part == Part::psu &&
           lower(sensor.name).find("out") == std::string::npos;
}

std::vector<std::size_t> find_node_power(const std::vector<Sensor>& sensors) {
    std::vector<std::size_t> found;
    int best = 0;
    for (std::size_t i = 0; i < sensors.size(); ++i)
        if (const int score = whole_node_score(sensors[i]); score > best) {
            best = score;
            found = {i};
        }
    if (!found.empty()) return found;
    for (std::size_t i = 0; i < sensors.size(); ++i)
        if (is_supply_input(sensors[i])) found.push_back(i);
    return found;
}

}  // namespace

std::optional<double> Sensor::value(std::uint8_t raw) const {
    double result = 0;
    if (ipmi_sensor_decode_value(r_exponent, b_exponent, m, b, linearization, analog_format, raw,
                                 &result) < 0 ||
        !std::isfinite(result))
        return std::nullopt;
    return result;
}

SensorTable parse_repository(const Repository& repository, const Workarounds& workarounds) {
    SensorTable table;
    const SdrContext context(ipmi_sdr_ctx_create());
    for (std::size_t at = 0; at + record_header_size <= repository.size();) {
        const std::size_t size = record_header_size + static_cast<std::uint8_t>(repository[at + 4]);
        if (at + size > repository.size()) break;
        const Record record{context.get(), repository.data() + at, static_cast<unsigned>(size)};
        at += size;
        const Bytes bytes(reinterpret_cast<const std::uint8_t*>(record.data), size);
        if (const auto target = parse_node_manager_record(bytes)) table.node_manager = target;
        if (static_cast<std::uint8_t>(record.data[3]) != full_record) continue;
        if (auto sensor = parse_sensor(record, workarounds))
            table.sensors.push_back(std::move(*sensor));
    }
    tell_apart(table.sensors);
    table.node_power = find_node_power(table.sensors);
    return table;
}

std::shared_ptr<const SensorTable> SensorTables::table(const Repository& repository,
                                                       const Workarounds& workarounds) {
    const std::string key = repository + (workarounds.discrete_reading ? 'd' : '-') +
                            (workarounds.assume_bmc_owner ? 'o' : '-');
    auto& known = tables_[key];
    auto table = known.lock();
    if (!table) {
        table = std::make_shared<const SensorTable>(parse_repository(repository, workarounds));
        known = table;
    }
    return table;
}

}  // namespace frugald::ipmi
