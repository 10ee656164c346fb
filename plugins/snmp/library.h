#pragma once

namespace frugald::snmp {

/// libnetsnmp ready for use by one thread: no files read or written, no MIBs, no log of its own.
/// Exactly one at a time, made, used and destroyed on the same thread: libnetsnmp has no locks.
/// Its end forgets all SNMPv3 users and keys.
class Library {
public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

/// libnetsnmp looks for MIBs unless the environment says not to. The first call, which changes the
/// environment, belongs before other threads start.
void forbid_mibs();

}  // namespace frugald::snmp
