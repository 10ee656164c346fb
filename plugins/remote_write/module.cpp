#include "plugins/remote_write/module.h"

namespace frugald::remote_write {

Result<std::unique_ptr<RemoteWriteModule>> make_module(const PluginHost& host,
                                                       const Config& config) {
    auto tls = make_tls(config);
    if (!tls) return tl::unexpected(tls.error());
    return std::make_unique<RemoteWriteModule>(host, config, *std::move(tls));
}

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    const auto config = read_config(part, host.secret);
    if (!config) return tl::unexpected(config.error());
    auto module = make_module(host, *config);
    if (!module) return tl::unexpected(module.error());
    return std::unique_ptr<Module>(*std::move(module));
}

}  // namespace frugald::remote_write
