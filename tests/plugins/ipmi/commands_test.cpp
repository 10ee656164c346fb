#include "plugins/ipmi/commands.h"

#include <doctest/doctest.h>

#include "tests/plugins/ipmi/messages.h"

using namespace frugald;
using namespace frugald::ipmi;
using frugald::test::answer_of;
using frugald::test::bytes_of;

namespace {

std::vector<std::uint8_t> bytes_of(const Request& request) {
    const Bytes bytes = request.bytes;
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("our commands are byte for byte FreeIPMI's") {
    const Fiid chassis(fiid_obj_create(tmpl_cmd_get_chassis_status_rq));
    fill_cmd_get_chassis_status(chassis.get());
    CHECK(bytes_of(get_chassis_status()) == bytes_of(chassis));

    const Fiid control(fiid_obj_create(tmpl_cmd_chassis_control_rq));
    const std::pair<PowerCommand, std::uint8_t> codes[] = {
        {PowerCommand::off, IPMI_CHASSIS_CONTROL_POWER_DOWN},
        {PowerCommand::on, IPMI_CHASSIS_CONTROL_POWER_UP},
        {PowerCommand::cycle, IPMI_CHASSIS_CONTROL_POWER_CYCLE},
        {PowerCommand::soft, IPMI_CHASSIS_CONTROL_INITIATE_SOFT_SHUTDOWN}};
    for (const auto& [command, code] : codes) {
        fill_cmd_chassis_control(code, control.get());
        CHECK(bytes_of(chassis_control(command)) == bytes_of(control));
    }

    const Fiid sensor(fiid_obj_create(tmpl_cmd_get_sensor_reading_rq));
    fill_cmd_get_sensor_reading(0x31, sensor.get());
    CHECK(bytes_of(get_sensor_reading(0x31, 0)) == bytes_of(sensor));

    const Fiid power(fiid_obj_create(tmpl_cmd_dcmi_get_power_reading_rq));
    fill_cmd_dcmi_get_power_reading(IPMI_DCMI_POWER_READING_MODE_SYSTEM_POWER_STATISTICS, 0,
                                    power.get());
    CHECK(bytes_of(get_power_reading()) == bytes_of(power));

    const Fiid limit(fiid_obj_create(tmpl_cmd_dcmi_get_power_limit_rq));
    fill_cmd_dcmi_get_power_limit(limit.get());
    CHECK(bytes_of(get_power_limit()) == bytes_of(limit));

    const Fiid activate(fiid_obj_create(tmpl_cmd_dcmi_activate_deactivate_power_limit_rq));
    for (const bool active : {false, true}) {
        fill_cmd_dcmi_activate_deactivate_power_limit(active ? 1 : 0, activate.get());
        CHECK(bytes_of(activate_power_limit(active)) == bytes_of(activate));
    }
}

TEST_CASE("N6: a power limit has no exception action but none") {
    const Fiid set(fiid_obj_create(tmpl_cmd_dcmi_set_power_limit_rq));
    for (const std::uint32_t value : {0U, 1U, 255U, 256U, 500U, 65535U}) {
        const PowerLimit limit{static_cast<std::uint16_t>(value), value * 65537U,
                               static_cast<std::uint16_t>(65535U - value)};
        fill_cmd_dcmi_set_power_limit(IPMI_DCMI_EXCEPTION_ACTION_NO_ACTION, limit.watts,
                                      limit.correction_ms, limit.period_s, set.get());
        const auto bytes = bytes_of(set_power_limit(limit));
        CHECK(bytes == bytes_of(set));
        CHECK(bytes[5] == 0);
    }
}

TEST_CASE("answers that are short, refused or not DCMI's have no value") {
    CHECK(parse_chassis_status(answer_of(0, {0x21, 0, 0})) == Chassis::on);
    CHECK(parse_chassis_status(answer_of(0, {0x20, 0, 0})) == Chassis::off);
    CHECK(parse_chassis_status(answer_of(0, {0x21})) == Chassis::unknown);
    CHECK(parse_chassis_status(answer_of(0xc1, {0x21, 0, 0})) == Chassis::unknown);

    const Buffer<32> full{0xdc, 0x2c, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40};
    const auto reading = parse_power_reading(answer_of(0, full));
    REQUIRE(reading);
    CHECK(reading->watts == 300);
    CHECK(reading->active);
    CHECK_FALSE(parse_power_reading(answer_of(0xd4, full)));
    CHECK_FALSE(parse_power_reading(answer_of(0, {0xdc, 0x2c, 0x01})));
    Buffer<32> other = full;
    other.data()[0] = 0x00;
    CHECK_FALSE(parse_power_reading(answer_of(0, other)));

    const Buffer<32> limit{0xdc, 0, 0, 0x11, 0xf4, 0x01, 0xe8, 0x03, 0, 0, 0, 0, 5, 0};
    const auto active = parse_power_limit(answer_of(0, limit));
    REQUIRE(active);
    CHECK(active->active);
    CHECK(active->limit.watts == 500);
    CHECK(active->limit.correction_ms == 1000);
    CHECK(active->limit.period_s == 5);
    const auto inactive = parse_power_limit(answer_of(0x80, limit));
    REQUIRE(inactive);
    CHECK_FALSE(inactive->active);
    CHECK_FALSE(parse_power_limit(answer_of(0xc1, limit)));

    const auto unavailable = parse_sensor_reading(answer_of(0, {50, 0x60}));
    REQUIRE(unavailable);
    CHECK_FALSE(unavailable->available);
    CHECK(unavailable->scanning);
    CHECK_FALSE(parse_sensor_reading(answer_of(0, {50})));
}
