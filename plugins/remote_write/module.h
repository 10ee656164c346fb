#pragma once

#include <memory>

#include "daemon/ports/plugin.h"
#include "plugins/remote_write/sender.h"

namespace frugald::remote_write {

class RemoteWriteModule final : public Module, public Sink {
public:
    RemoteWriteModule(const PluginHost& host, const Config& config, std::shared_ptr<Tls> tls)
        : sender_(host, config, make_client(host.loop, config, std::move(tls))) {}

    Sink* sink() override { return this; }
    void take(std::shared_ptr<const Snapshot> picture) override {
        sender_.take(std::move(picture));
    }
    std::string status() const override { return sender_.status(); }
    asio::awaitable<void> stop() override { return sender_.stop(); }

    const Sender& sender() const { return sender_; }

private:
    Sender sender_;
};

/// The plugin's factory: reads `[remote_write]`.
Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host);
/// The same for a configuration that is read.
Result<std::unique_ptr<RemoteWriteModule>> make_module(const PluginHost& host,
                                                       const Config& config);

}  // namespace frugald::remote_write
