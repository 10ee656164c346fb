#include "plugins/snmp/library.h"

#include <net-snmp/net-snmp-config.h>
//
#include <net-snmp/net-snmp-includes.h>

#include <cstdlib>

#include "plugins/snmp/hooks.h"

namespace frugald::snmp {

namespace {
constexpr const char* application = "frugald";
}

Library::Library() {
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    init_snmp(application);
    // Without a handler of its own it would write to stderr.
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    mend_decrypted_answers();
}

Library::~Library() { snmp_shutdown(application); }

void forbid_mibs() {
    for (const char* name : {"MIBS", "MIBDIRS"}) {
        const char* const value = getenv(name);
        if (!value || *value) setenv(name, "", 1);
    }
}

}  // namespace frugald::snmp
