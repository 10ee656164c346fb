#include "daemon/service.h"

#include <fmt/format.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "daemon/config/feeds.h"
#include "daemon/config/toml_file.h"
#include "daemon/core/log.h"
#include "daemon/notify.h"

namespace frugald {

namespace {

DeviceOutlets outlets_of(const MadeModules& made) {
    DeviceOutlets outlets;
    for (const auto& loaded : made.modules)
        for (const auto& device : loaded.module->devices())
            if (device.kind != DeviceKind::node) outlets[device.name] = device.outlet_nodes;
    return outlets;
}

}  // namespace

Service::Service(Options options) : options_(std::move(options)) {}

PluginHost Service::host() {
    const auto secrets = config_.daemon.secrets_file;
    return {loop_,
            workers_,
            [secrets](std::string_view name) { return read_secret(secrets, name); },
            [](const std::filesystem::path& file) { return read_toml(file); },
            profiles_directory(config_.daemon),
            helper_directory(),
            config_.daemon.state_directory,
            &measurements_};
}

Result<void> Service::prepare() {
    auto config = load_config(options_.config);
    if (!config) return tl::unexpected<Error>(config.error());
    config_ = std::move(*config);
    log::set_threshold(config_.daemon.log_level);
    plugins_ = load_plugins(plugin_directory(config_.daemon));
    auto made = make_modules(config_, host(), plugins_);
    if (!made) return tl::unexpected<Error>(made.error());
    made_ = std::move(*made);
    if (auto whole = complete_feeds(config_, outlets_of(made_)); !whole) return whole;
    for (const auto& warning : config_.warnings) log::write(log::Priority::warning, warning);
    return {};
}

Result<void> Service::open() {
    auto store = Store::open(config_.daemon.state_directory);
    if (!store) return tl::unexpected<Error>(store.error());
    store_ = std::move(*store);
    auto kept = kept_in(*store_);
    if (!kept) return tl::unexpected<Error>(kept.error());
    const auto publish = [this](std::shared_ptr<const Snapshot> picture) {
        if (server_) server_->publish(std::move(picture));
    };
    measurements_.use(config_.daemon.state_directory);
    engine_ = std::make_unique<Engine>(loop_, workers_.get_executor(), *store_, measurements_,
                                       config_, publish);
    control_ = std::make_unique<EngineControl>(*engine_);
    HttpSettings settings;
    settings.listen = config_.access.http_listen;
    settings.socket = config_.daemon.runtime_directory / "api.sock";
    settings.admin_group = config_.access.admin_group;
    settings.view_group = config_.access.view_group;
    settings.snapshot_interval = config_.daemon.snapshot_interval;
    server_ = std::make_unique<HttpServer>(loop_, *control_, settings);
    if (auto listening = server_->start(); !listening) return listening;
    return engine_->start(std::move(made_.modules), std::move(made_.states), std::move(*kept));
}

void Service::run() {
    asio::co_spawn(loop_, watch_signals(), asio::detached);
    asio::co_spawn(loop_, feed(), asio::detached);
    log::notice("frugald {}: mode {}, {} managed nodes", FRUGALD_VERSION,
                to_string(config_.guard.mode), config_.managed_nodes.size());
    notify_ready(fmt::format("mode {}", engine_->modes().describe()));
    loop_.run();
    workers_.join();
}

asio::awaitable<void> Service::watch_signals() {
    asio::signal_set signals{loop_, SIGTERM, SIGINT, SIGHUP};
    for (;;) {
        const auto signal = co_await signals.async_wait(asio::use_awaitable);
        if (signal != SIGHUP) break;
        notify_reloading();
        co_await reload();
        notify_ready(fmt::format("mode {}", engine_->modes().describe()));
    }
    notify_stopping();
    co_await stop();
}

asio::awaitable<void> Service::feed() {
    const auto interval = watchdog_interval();
    while (interval && !stopping_) {
        feed_watchdog();
        co_await pause(*interval);
    }
}

asio::awaitable<void> Service::stop() {
    log::notice("stopping");
    stopping_ = true;
    co_await engine_->stop();
    co_await server_->stop();
    log::write_summaries(true);
    // What still sleeps has nothing left to do.
    loop_.stop();
}

Result<void> Service::needs_no_restart(const Config& next) const {
    const auto& now = engine_->config();
    const auto settled = [](const Config& c) {
        return std::tie(c.daemon.state_directory, c.daemon.runtime_directory, c.daemon.secrets_file,
                        c.daemon.plugin_directory, c.daemon.profiles_directory,
                        c.access.http_listen, c.access.admin_group, c.access.view_group);
    };
    if (settled(now) == settled(next)) return {};
    return fail(Fault::invalid,
                "directories, secrets_file, http_listen and the groups of [access] change only "
                "with a restart: systemctl restart frugald");
}

asio::awaitable<void> Service::reload() {
    auto next = load_config(options_.config);
    Result<void> fits{};
    if (next) fits = needs_no_restart(*next);
    Result<MadeModules> made{};
    if (next && fits) made = make_modules(*next, host(), plugins_, engine_->modules().all());
    if (next && fits && made) fits = complete_feeds(*next, outlets_of(*made));
    const Error* bad = !next   ? &next.error()
                       : !fits ? &fits.error()
                       : !made ? &made.error()
                               : nullptr;
    if (bad) {
        log::error("the configuration was not reloaded, the old one stays:");
        log::write_lines(log::Priority::error, bad->text);
        engine_->reload_failed(bad->text);
        co_return;
    }
    log::set_threshold(next->daemon.log_level);
    co_await engine_->reconfigure(std::move(*next), std::move(made->modules),
                                  std::move(made->states));
    log::notice("configuration reloaded: mode {}, {} managed nodes", engine_->modes().describe(),
                engine_->config().managed_nodes.size());
}

}  // namespace frugald
