#pragma once

#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "plugins/snmp/profiles.h"
#include "plugins/snmp/rows.h"

namespace frugald::snmp {

/// A walk over a device, kept in the format of snmpsim: a line per value, "OID|tag|value". Tags are
/// the numbers of the SNMP types; behind one, x is hex and e escapes (\x41).
class Recording {
public:
    /// A line that is none is skipped, as snmpsim does; fails when none is one.
    static Result<Recording> read(std::string_view text);

    /// Absent when it is not recorded.
    Value value(const Oid& oid) const;
    std::vector<Binding> below(const Oid& root) const;
    Walks walks(const std::vector<Oid>& columns) const;
    std::size_t size() const { return bindings_.size(); }

private:
    std::vector<Binding> bindings_;  // in order
};

/// Does what a first contact with the device would do; null when no profile fits.
const Profile* identify(const Recording& recording, const Profiles& profiles);

}  // namespace frugald::snmp
