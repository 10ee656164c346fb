#include "plugins/command/module.h"

#include <vector>

#include "daemon/ports/tasks.h"
#include "plugins/command/poller.h"

namespace frugald::command {

namespace {

class CommandModule final : public Module, public Source {
public:
    CommandModule(const PluginHost& host, CommandConfig config)
        : config_(std::move(config)), slots_(host.loop, config_.at_once), tasks_(host.loop) {
        for (const auto& source : config_.sources)
            pollers_.push_back(std::make_unique<Poller>(source, host.loop, host.workers, slots_));
    }

    std::vector<DeclaredDevice> devices() const override {
        std::vector<DeclaredDevice> devices;
        for (const auto& source : config_.sources)
            devices.push_back({.kind = source.kind, .name = source.name, .model = "command"});
        return devices;
    }

    Source* source() override { return this; }

    void start(ObservationSink& sink) override {
        if (started_) return;
        started_ = true;
        for (std::size_t i = 0; i < pollers_.size(); ++i)
            // Spread over one interval, so that they do not all start at once.
            tasks_.spawn(pollers_[i]->run(config_.sources[i].interval * i / pollers_.size(), sink));
    }

    void refresh(std::string_view device) override {
        for (const auto& poller : pollers_)
            if (poller->name() == device) poller->wake();
    }

    asio::awaitable<void> stop() override {
        for (const auto& poller : pollers_) poller->stop();
        co_await tasks_.all_ended();
    }

private:
    const CommandConfig config_;
    Slots slots_;
    std::vector<std::unique_ptr<Poller>> pollers_;
    Tasks tasks_;
    bool started_ = false;
};

}  // namespace

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    auto config = read_config(part);
    if (!config) return tl::unexpected{config.error()};
    return std::make_unique<CommandModule>(host, *std::move(config));
}

}  // namespace frugald::command
