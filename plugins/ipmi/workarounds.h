#pragma once

#include <string>
#include <vector>

#include "daemon/core/settings.h"

namespace frugald::ipmi {

/// What some BMCs need, by FreeIPMI's names (freeipmi(7), WORKAROUNDS).
struct Workarounds {
    // Of the session: needed before the BMC can be asked who it is.
    bool open_session_privilege = false;  // opensesspriv
    bool intel_2_0 = false;               // intel20
    bool supermicro_2_0 = false;          // supermicro20
    bool zero_session_id = false;         // idzero
    bool ignore_checksum = false;         // nochecksumcheck
    bool freeipmi_codec = false;          // our own name: packets by libfreeipmi
    // Of the sensors.
    bool discrete_reading = false;     // discretereading
    bool ignore_scanning = false;      // ignorescanningdisabled
    bool assume_bmc_owner = false;     // assumebmcowner
    bool assume_record_count = false;  // assumemaxsdrrecordcount

    /// FreeIPMI knows best how these BMCs' packets are to be read.
    bool freeipmi_packets() const { return freeipmi_codec || zero_session_id || ignore_checksum; }
    bool operator==(const Workarounds&) const = default;
};

/// All that either has.
Workarounds operator|(const Workarounds& one, const Workarounds& other);

/// Those of the key `workarounds`; a name that frugald does not have is a mistake of the reader's.
Workarounds parse_workarounds(SettingsReader& reader, const std::vector<std::string>& names);

}  // namespace frugald::ipmi
