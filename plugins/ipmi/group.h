#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/core/secret.h"

namespace frugald::ipmi {

/// What some BMCs need, by FreeIPMI's names (freeipmi(7), WORKAROUNDS).
struct Workarounds {
    bool open_session_privilege = false;  // opensesspriv
    bool intel_2_0 = false;               // intel20
    bool supermicro_2_0 = false;          // supermicro20
    bool zero_session_id = false;         // idzero
    bool ignore_checksum = false;         // nochecksumcheck
    bool discrete_reading = false;        // discretereading
    bool ignore_scanning = false;         // ignorescanningdisabled
    bool assume_bmc_owner = false;        // assumebmcowner
    bool freeipmi_codec = false;          // our own name: packets by libfreeipmi

    /// FreeIPMI knows best how these BMCs' packets are to be read.
    bool freeipmi_packets() const { return freeipmi_codec || zero_session_id || ignore_checksum; }
};

enum class Privilege : std::uint8_t { user = 2, operator_ = 3, administrator = 4 };
const char* to_string(Privilege privilege);

struct Credentials {
    std::string user;
    Secret password;
    Privilege privilege = Privilege::administrator;
    std::vector<std::uint8_t> cipher_suites{17};  // tried in this order
};

/// What the BMCs of one `[[ipmi.group]]` have in common.
struct Group {
    Credentials credentials;
    Workarounds workarounds;
    std::chrono::milliseconds interval{10000};
    std::chrono::milliseconds chassis_interval{10000};
    std::chrono::milliseconds sensors_interval{60000};
    bool sensors = true;
};

}  // namespace frugald::ipmi
