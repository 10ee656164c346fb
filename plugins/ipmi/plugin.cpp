#include <boost/asio/strand.hpp>

#include "daemon/ports/plugin.h"

#include "plugins/ipmi/module.h"

namespace {

using frugald::Module;
using frugald::Result;

// Files are written by a worker, one after the other; the daemon waits for its workers at the end.
frugald::ipmi::SdrStore::Run in_order(frugald::asio::thread_pool& workers) {
    namespace asio = frugald::asio;
    return [strand = asio::make_strand(workers.get_executor())](frugald::ipmi::SdrStore::Job job) {
        asio::post(strand, std::move(job));
    };
}

Result<std::unique_ptr<Module>> make(const frugald::Settings& part,
                                     const frugald::PluginHost& host) {
    if (ipmi_rmcpplus_init() < 0)
        return frugald::fail(frugald::Fault::unavailable,
                             "ipmi: libfreeipmi cannot use its crypto library (libgcrypt); "
                             "install the distribution's version of both");
    auto profiles =
        frugald::ipmi::Profiles::load(host.profiles_directory / "bmc", host.read_settings);
    if (!profiles) return tl::unexpected(profiles.error());
    auto config = frugald::ipmi::read_config(
        part, host.secret, std::make_shared<const frugald::ipmi::Profiles>(*std::move(profiles)));
    if (!config) return tl::unexpected(config.error());
    return std::make_unique<frugald::ipmi::IpmiModule>(host.loop, *config, host.state_directory,
                                                       in_order(host.workers));
}

}  // namespace

FRUGALD_PLUGIN_EXPORT const frugald::Plugin frugald_plugin{
    FRUGALD_VERSION, "ipmi", "node power, sensors and power control over IPMI 2.0 (RMCP+)", make};
