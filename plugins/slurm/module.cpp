#include "plugins/slurm/module.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plugins/slurm/config.h"
#include "plugins/slurm/link.h"
#include "plugins/slurm/view.h"

namespace frugald::slurm {

namespace {

UpdateVerb verb_of(SchedulerCommand command) {
    switch (command) {
        case SchedulerCommand::power_down_asap:
            return UpdateVerb::power_down_asap;
        case SchedulerCommand::power_up:
            return UpdateVerb::power_up;
        case SchedulerCommand::drain:
            return UpdateVerb::drain;
        case SchedulerCommand::resume:
            break;
    }
    return UpdateVerb::resume;
}

class SlurmModule final : public Module, public Scheduler {
public:
    SlurmModule(const PluginHost& host, SlurmConfig config)
        : config_(std::move(config)),
          link_(host.loop, {.program = config_.worker, .conf = config_.conf}),
          accounting_(host.loop, {.program = config_.worker, .conf = config_.conf}) {}

    Scheduler* scheduler() override { return this; }

    asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> read() override {
        auto reply = co_await link_.ask(LoadRequest{last_ ? last_number_ : 0}, config_.deadline);
        if (!reply) co_return tl::unexpected{reply.error()};
        if (const auto* unchanged = std::get_if<Unchanged>(&*reply)) {
            if (!last_) co_return fail(Fault::unparsable, "frugald-slurm answered without nodes");
            auto again = std::make_shared<SchedulerView>(*last_);
            again->read_at = answered(unchanged->answered_at_ns, Instant::now());
            last_ = again;
            co_return last_;
        }
        auto* picture = std::get_if<Picture>(&*reply);
        if (!picture) co_return fail(Fault::unparsable, "frugald-slurm answered without nodes");
        const auto number = picture->number;
        auto view = view_of(std::move(*picture), Instant::now());
        last_ = view ? *view : nullptr;
        last_number_ = number;
        co_return view;
    }

    asio::awaitable<Result<void>> command(SchedulerCommand what, std::vector<std::string> nodes,
                                          std::string reason) override {
        if (nodes.empty()) co_return Result<void>{};
        if (what == SchedulerCommand::drain && reason.empty())
            co_return fail(Fault::invalid, "a drain needs a reason");
        // Names, not ranges: Slurm before 23.11 does not read every folded spelling.
        UpdateRequest request;
        request.verb = verb_of(what);
        request.nodes = fmt::format("{}", fmt::join(nodes, ","));
        request.reason = std::move(reason);
        const auto reply = co_await link_.ask(std::move(request), config_.command_deadline);
        if (!reply) co_return tl::unexpected{reply.error()};
        co_return Result<void>{};
    }

    asio::awaitable<Result<void>> comment(JobComment what) override {
        CommentRequest request;
        request.job = what.job;
        request.end = to_unix_ms(what.end) / 1000;
        request.text = std::move(what.text);
        const auto reply = co_await accounting_.ask(std::move(request), config_.command_deadline);
        if (!reply) co_return tl::unexpected{reply.error()};
        co_return Result<void>{};
    }

    asio::awaitable<void> stop() override {
        co_await accounting_.stop();
        co_await link_.stop();
    }

private:
    const SlurmConfig config_;
    WorkerLink link_;
    /// slurmdbd may be slow, or away: what slurmctld is asked does not wait for that.
    WorkerLink accounting_;
    std::shared_ptr<const SchedulerView> last_;
    PictureNumber last_number_ = 0;
};

}  // namespace

Result<std::unique_ptr<Module>> make_module(const Settings& part, const PluginHost& host) {
    auto config = read_config(part, host.program_directory);
    if (!config) return tl::unexpected{config.error()};
    return std::make_unique<SlurmModule>(host, *std::move(config));
}

}  // namespace frugald::slurm
