#include "daemon/ports/plugin.h"

#include "plugins/ipmi/module.h"

namespace {

using frugald::Module;
using frugald::Result;

Result<std::unique_ptr<Module>> make(const frugald::Settings& part,
                                     const frugald::PluginHost& host) {
    if (ipmi_rmcpplus_init() < 0)
        return frugald::fail(frugald::Fault::unavailable,
                             "ipmi: libfreeipmi cannot use its crypto library (libgcrypt); "
                             "install the distribution's version of both");
    auto config = frugald::ipmi::read_config(part, host.secret);
    if (!config) return tl::unexpected(config.error());
    return std::make_unique<frugald::ipmi::IpmiModule>(host.loop, *config, host.state_directory);
}

}  // namespace

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "ipmi", "node power, sensors and power control over IPMI 2.0 (RMCP+)", make};
