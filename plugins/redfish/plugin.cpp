#include "daemon/ports/plugin.h"

#include "plugins/redfish/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "redfish", "node power and power control over Redfish (HTTPS)",
    [](const frugald::Settings& part, const frugald::PluginHost& host) {
        return frugald::redfish::make_module(part, host);
    }};
