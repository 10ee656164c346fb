#include "plugins/ipmi/node_manager.h"

#include <doctest/doctest.h>

#include <random>

#include "tests/plugins/ipmi/messages.h"

using namespace frugald::ipmi;
using frugald::test::answer_of;
using frugald::test::bytes_of;

namespace {

constexpr Target engine{.channel = 0, .address = 0x2c};

std::vector<std::uint8_t> bytes_of(const Request& request) {
    CHECK(request.net_fn == IPMI_NET_FN_OEM_GROUP_RQ);
    CHECK(request.lun == 0);
    CHECK(request.target == engine);
    const Bytes bytes = request.bytes;
    return {bytes.begin(), bytes.end()};
}

PowerLimit random_limit(std::mt19937& random) {
    return {static_cast<std::uint16_t>(random()), static_cast<std::uint32_t>(random()),
            static_cast<std::uint16_t>(random())};
}

}  // namespace

TEST_CASE("commands to the Node Manager are byte for byte FreeIPMI's") {
    const Fiid version(
        fiid_obj_create(tmpl_cmd_oem_intel_node_manager_get_node_manager_version_rq));
    fill_cmd_oem_intel_node_manager_get_node_manager_version(version.get());
    CHECK(bytes_of(get_node_manager_version(engine)) == bytes_of(version));

    const Fiid statistics(
        fiid_obj_create(tmpl_cmd_oem_intel_node_manager_get_node_manager_statistics_rq));
    fill_cmd_oem_intel_node_manager_get_node_manager_statistics(
        IPMI_OEM_INTEL_NODE_MANAGER_STATISTICS_MODE_GLOBAL_POWER_STATISTICS,
        IPMI_OEM_INTEL_NODE_MANAGER_DOMAIN_ID_ENTIRE_PLATFORM, 0, statistics.get());
    CHECK(bytes_of(get_node_manager_statistics(engine)) == bytes_of(statistics));

    const Fiid capabilities(
        fiid_obj_create(tmpl_cmd_oem_intel_node_manager_get_node_manager_capabilities_rq));
    fill_cmd_oem_intel_node_manager_get_node_manager_capabilities(
        IPMI_OEM_INTEL_NODE_MANAGER_DOMAIN_ID_ENTIRE_PLATFORM,
        IPMI_OEM_INTEL_NODE_MANAGER_POLICY_TRIGGER_TYPE_NO_POLICY_TRIGGER,
        IPMI_OEM_INTEL_NODE_MANAGER_POLICY_TYPE_POWER_CONTROL_POLICY,
        IPMI_OEM_INTEL_NODE_MANAGER_POLICY_POWER_DOMAIN_POWER_PRIMARY_SIDE_POWER_DOMAIN,
        capabilities.get());
    CHECK(bytes_of(get_node_manager_capabilities(engine)) == bytes_of(capabilities));

    const Fiid policy(fiid_obj_create(tmpl_cmd_oem_intel_node_manager_get_node_manager_policy_rq));
    fill_cmd_oem_intel_node_manager_get_node_manager_policy(
        IPMI_OEM_INTEL_NODE_MANAGER_DOMAIN_ID_ENTIRE_PLATFORM, own_policy, policy.get());
    CHECK(bytes_of(get_node_manager_policy(engine)) == bytes_of(policy));

    const Fiid control(fiid_obj_create(
        tmpl_cmd_oem_intel_node_manager_enable_disable_node_manager_policy_control_rq));
    for (const bool on : {false, true}) {
        fill_cmd_oem_intel_node_manager_enable_disable_node_manager_policy_control(
            on ? IPMI_OEM_INTEL_NODE_MANAGER_POLICY_ENABLE_DISABLE_PER_POLICY_ENABLE_NODE_MANAGER_POLITICES
               : IPMI_OEM_INTEL_NODE_MANAGER_POLICY_ENABLE_DISABLE_PER_POLICY_DISABLE_NODE_MANAGER_POLICIES,
            IPMI_OEM_INTEL_NODE_MANAGER_DOMAIN_ID_ENTIRE_PLATFORM, own_policy, control.get());
        CHECK(bytes_of(enable_node_manager_policy(engine, on)) == bytes_of(control));
    }
}

TEST_CASE("N6: a policy has no exception action, is volatile, and else byte for byte FreeIPMI's") {
    const Fiid set(fiid_obj_create(tmpl_cmd_oem_intel_node_manager_set_node_manager_policy_rq));
    std::mt19937 random(6);
    for (int i = 0; i < 2000; ++i) {
        const PowerLimit limit = random_limit(random);
        fill_cmd_oem_intel_node_manager_set_node_manager_policy(
            IPMI_OEM_INTEL_NODE_MANAGER_DOMAIN_ID_ENTIRE_PLATFORM,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_ENABLED, own_policy,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_TRIGGER_TYPE_NO_POLICY_TRIGGER,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_CONFIGURATION_ACTION_ADD_POWER_POLICY,
            IPMI_OEM_INTEL_NODE_MANAGER_AGGRESSIVE_CPU_POWER_CORRECTION_AUTOMATIC,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_STORAGE_VOLATILE_MEMORY,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_EXCEPTION_ACTION_DISABLE,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_EXCEPTION_ACTION_DISABLE,
            IPMI_OEM_INTEL_NODE_MANAGER_POLICY_POWER_DOMAIN_POWER_PRIMARY_SIDE_POWER_DOMAIN,
            limit.watts, limit.correction_ms, 0, limit.period_s, set.get());
        const auto bytes = bytes_of(set_node_manager_policy(engine, limit));
        REQUIRE(bytes == bytes_of(set));
        REQUIRE(bytes[7] == 0);
    }
}

TEST_CASE("N6: whatever limit DCMI is given, the exception action is none") {
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) REQUIRE(set_power_limit(random_limit(random)).bytes[5] == 0);
}

TEST_CASE("answers of the Node Manager are believed when they are whole and Intel's") {
    const Buffer<32> statistics{0x57, 1, 0, 0x2c, 1, 100, 0, 0x90, 1, 0,
                                1,    0, 0, 0,    0, 60,  0, 0,    0, 0x70};
    const auto reading = parse_node_manager_statistics(answer_of(0, statistics));
    REQUIRE(reading);
    CHECK(reading->watts == 300);
    CHECK(reading->active);
    Buffer<32> idle = statistics;
    idle.data()[19] = 0x30;
    CHECK_FALSE(parse_node_manager_statistics(answer_of(0, idle))->active);
    CHECK_FALSE(parse_node_manager_statistics(answer_of(0x80, statistics)));
    Buffer<32> others = statistics;
    others.data()[0] = 0x58;
    CHECK_FALSE(parse_node_manager_statistics(answer_of(0, others)));
    CHECK_FALSE(parse_node_manager_statistics(answer_of(0, {0x57, 1, 0, 0x2c, 1})));

    const auto range = parse_node_manager_capabilities(answer_of(
        0, {0x57, 1, 0, 8, 0x90, 1, 100, 0, 0xf4, 1, 0, 0, 0, 4, 0, 0, 5, 0, 9, 0, 0x00}));
    REQUIRE(range);
    CHECK(range->most_watts == 400);
    CHECK(range->least_watts == 100);
    CHECK(range->least_correction_ms == 500);
    CHECK(range->most_correction_ms == 1024);
    CHECK(range->least_period_s == 5);
    CHECK(range->most_period_s == 9);

    const Buffer<32> kept{0x57, 1, 0, 0x70, 0x90, 0, 250, 0, 0xe8, 3, 0, 0, 0, 0, 10, 0};
    const auto policy = parse_node_manager_policy(answer_of(0, kept));
    REQUIRE(policy);
    CHECK(policy->enabled);
    CHECK(policy->control_enabled);
    CHECK_FALSE(policy->may_shut_down);
    CHECK(policy->limit.watts == 250);
    CHECK(policy->limit.correction_ms == 1000);
    CHECK(policy->limit.period_s == 10);
    Buffer<32> armed = kept;
    armed.data()[3] = 0x50;  // the domain is switched off
    armed.data()[5] = 0x02;
    CHECK_FALSE(parse_node_manager_policy(answer_of(0, armed))->control_enabled);
    CHECK(parse_node_manager_policy(answer_of(0, armed))->may_shut_down);
    CHECK_FALSE(parse_node_manager_policy(answer_of(0x80, kept)));
}

TEST_CASE("the Node Manager is where the repository says, as FreeIPMI reads it too") {
    std::vector<std::uint8_t> record{9,    0,    0x51, 0xc0, 0x0b, 0x57, 0x01, 0x00,
                                     0x0d, 0x01, 0x2c, 0x60, 0x17, 0x18, 0x19, 0x1a};
    const auto found = parse_node_manager_record(record);
    REQUIRE(found);
    CHECK(found->address == 0x2c);
    CHECK(found->channel == 6);

    ipmi_sdr_ctx_t context = ipmi_sdr_ctx_create();
    std::uint8_t address = 0, lun = 0, channel = 0, health = 0, exception = 0, operational = 0,
                 alert = 0;
    CHECK(ipmi_sdr_oem_parse_intel_node_manager(
              context, record.data(), static_cast<unsigned>(record.size()), &address, &lun,
              &channel, &health, &exception, &operational, &alert) == 1);
    ipmi_sdr_ctx_destroy(context);
    const int eight_bits = address * 2;
    CHECK(eight_bits == found->address);
    CHECK(channel == found->channel);

    for (const std::size_t place : {3U, 5U, 6U, 7U, 8U}) {
        auto other = record;
        ++other[place];
        CHECK_FALSE(parse_node_manager_record(other));
    }
    record.resize(11);
    CHECK_FALSE(parse_node_manager_record(record));
}
