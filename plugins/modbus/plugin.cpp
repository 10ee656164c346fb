#include "daemon/ports/plugin.h"

#include "plugins/modbus/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "modbus", "building meters by Modbus TCP (libmodbus)",
    frugald::modbus::make_module};
