#pragma once

#include <memory>

#include "daemon/engine/engine.h"
#include "daemon/engine/engine_control.h"
#include "daemon/export/http_server.h"
#include "daemon/options.h"
#include "daemon/plugins.h"

namespace frugald {

/// How the program ends.
enum ExitCode {
    exit_ok = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_config = 78,  // EX_CONFIG of sysexits.h: systemd does not restart on it
};

/// Everything that lives as long as the daemon runs, in order of life.
class Service {
public:
    explicit Service(Options options);

    /// Reads the configuration and makes the modules, no more: `--check-config` ends here.
    Result<void> prepare();
    /// Opens store and sockets, starts the engine.
    Result<void> open();
    /// Until SIGTERM or SIGINT. SIGHUP reloads.
    void run();
    /// Opens the store and the BMCs, releases the caps the store knows, closes.
    Result<void> release_caps();

    const Config& config() const { return config_; }

private:
    PluginHost host();
    asio::awaitable<void> watch_signals();
    asio::awaitable<void> reload();
    Result<void> needs_no_restart(const Config& next) const;
    asio::awaitable<void> feed();
    asio::awaitable<void> stop();
    asio::awaitable<void> stop_engine_only();

    Options options_;
    Config config_;
    std::vector<PluginFile> plugins_;
    asio::io_context loop_{1};
    asio::thread_pool workers_{2};
    MadeModules made_;
    std::unique_ptr<Store> store_;
    Measurements measurements_{loop_, workers_.get_executor()};
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<EngineControl> control_;
    std::unique_ptr<HttpServer> server_;
    bool stopping_ = false;
};

}  // namespace frugald
