#include "daemon/ports/plugin.h"

#include "plugins/snmp/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "snmp", "PDUs by SNMP v1, v2c and v3 (net-snmp)", frugald::snmp::make_module};
