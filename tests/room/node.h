#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/room/bmc/crypto.h"
#include "tests/room/bmc/policies.h"
#include "tests/room/bmc/sensors.h"
#include "tests/room/bmc/session.h"
#include "tests/room/faults.h"
#include "tests/room/power_model.h"

namespace frugald::room {

/// 17, then 3: the better one first.
std::vector<Suite> both_suites();

/// What the nodes of one [[bmcs]] table have in common.
struct NodeKind {
    explicit NodeKind(const PowerProfile& profile, bool every_sensor = false)
        : power(profile),
          sensors{SensorTable(profile, {every_sensor, false, false}),
                  SensorTable(profile, {every_sensor, true, false}),
                  SensorTable(profile, {every_sensor, false, true}),
                  SensorTable(profile, {every_sensor, true, true})} {}

    PowerProfile power;
    std::array<SensorTable, 4> sensors;  // as shipped, renumbered, rescaled, both
    std::uint32_t manufacturer = 0;      // as Get Device ID tells
    std::uint16_t product = 0x0f12;
    std::string user;
    std::string password;        // at most 20 octets
    bool node_manager = false;   // behind the BMC, on its IPMB
    std::uint8_t privilege = 4;  // the user's highest: 2 user, 3 operator, 4 administrator
    std::vector<Suite> suites = both_suites();
    bool suite_0 = false;         // offers the suite without authentication
    bool null_user = false;       // says that a user without a name may log in
    bool anonymous = false;       // ... even without a password
    bool privilege_echo = false;  // Open Session echoes "highest" (0) instead of a level
    Seconds boot{0};
    Seconds shutdown{1};               // how long an orderly shutdown takes
    Seconds cycle_off{1};              // how long a power cycle stays off
    std::vector<std::string> machine;  // argv of what runs while the power is on; `{node}`
    std::string console;               // file for its output; `{node}`; empty: nowhere
};

/// The process that stands for a node's hardware and everything that runs on it.
struct Machine {
    pid_t process = 0;  // 0: none
    int descriptor = -1;
    bool start_again = false;  // as soon as the one being cut is gone
};

/// One node: its hardware and its BMC.
struct Node {
    Node(std::string its_name, std::uint32_t its_index, const NodeKind& its_kind,
         std::uint64_t its_seed, bool on, TimePoint now)
        : name(std::move(its_name)),
          index(its_index),
          kind(&its_kind),
          seed(its_seed),
          power(its_kind.power, its_seed, on, now) {}

    Vitals vitals(TimePoint now) {
        const double offset = static_cast<double>(seed % 30) / 10;
        return {power.on(), power.watts(now), 21 + offset};
    }

    const SensorTable& sensors() const {
        return kind->sensors[(faults.has(FaultKind::renumber) ? 1U : 0U) +
                             (faults.has(FaultKind::rescale) ? 2U : 0U)];
    }
    /// The repository is another one from now on: SDR caches are out of date.
    void change_repository();

    /// Sessions are lost, SDR caches out of date, limits forgotten; the machine notices nothing.
    void restart_bmc(TimePoint now, Seconds silent);

    std::string name;
    std::uint32_t index;
    const NodeKind* kind;
    std::uint64_t seed;
    PowerModel power;
    std::unique_ptr<NodeManager> node_manager;  // null: no policy was ever set
    Faults faults;
    Sessions sessions;
    Machine machine;
    std::uint32_t power_generation = 0;  // counts changes; a delayed step of an older one is void
    std::uint32_t sdr_time = 0;          // seconds since 1970
    std::uint16_t sdr_reservation = 0;
    unsigned records_handed_out = 0;
    std::uint8_t last_event = 0;  // Get Chassis Status byte 3: 10h = on by command
    TimePoint silent_until{};     // a BMC that restarts
};

}  // namespace frugald::room
