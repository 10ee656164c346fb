#include "daemon/ports/plugin.h"

#include "plugins/remote_write/module.h"

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "remote_write", "all readings to Prometheus, VictoriaMetrics and the like",
    [](const frugald::Settings& part, const frugald::PluginHost& host) {
        return frugald::remote_write::make_module(part, host);
    }};
