#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"

namespace frugald::test {

/// A cluster in memory that keeps Slurm's and the BMCs' rules in milliseconds: a module that is
/// source, actuator and scheduler at once. Faults are members to set.
class SmallCluster : public Module, public Source, public Actuator, public Scheduler {
public:
    struct Machine {
        Chassis chassis = Chassis::on;
        SchedulerNode slurm;
        bool ignores_power = false;  // accepts, does nothing
        bool silent = false;         // the BMC does not answer
        bool boots = true;           // slurmd registers after power-on
        std::chrono::milliseconds command_takes{1};
        std::optional<std::chrono::milliseconds> soft_off_takes{20};  // absent: ignored
        CapReading cap{};
        double lowest_cap = 0;  // silently raised to this
        bool refuses_caps = false;
        bool refuses_releases = false;
        double watts = 100;
        unsigned session = 1;   // another: the BMC has restarted
        std::string guid = {};  // empty: the BMC has none
        std::chrono::milliseconds cap_read_takes{0};
        std::function<void()> while_cap_is_read{};
    };

    explicit SmallCluster(asio::io_context& loop, std::vector<std::string> names) : loop_(loop) {
        for (const auto& name : names) {
            auto& slurm = machines[name].slurm;
            slurm.name = name;
            slurm.base = NodeBase::idle;
            slurm.partitions = {"batch"};
            slurm.state_text = "idle";
        }
    }

    std::map<std::string, Machine> machines;
    std::vector<SchedulerJob> jobs, ended_jobs;
    bool slurm_away = false;
    std::chrono::seconds suspend_timeout{30};
    std::chrono::seconds resume_timeout{30};
    std::vector<std::string> sent;  // "off n1": every command that left for a BMC
    std::vector<std::string> asked_of_slurm;
    std::vector<JobComment> comments;  // that were asked for
    std::optional<Error> refuses_comments{};

    /// What slurmctld does before it calls the hook.
    void slurm_suspends(const std::string& node) {
        machines[node].slurm.powering_down = true;
        machines[node].slurm.state_text = "idle%";
    }
    void slurm_resumes(const std::string& node) {
        auto& slurm = machines[node].slurm;
        slurm.powering_down = slurm.powered_down = false;
        slurm.powering_up = true;
        slurm.base = NodeBase::mixed;
        slurm.allocated_cpus = 1;
        slurm.state_text = "mixed#";
    }

    std::vector<DeclaredDevice> devices() const override {
        std::vector<DeclaredDevice> all;
        for (const auto& [name, machine] : machines) all.push_back({DeviceKind::node, name});
        return all;
    }
    asio::awaitable<Result<void>> comment(JobComment what) override {
        comments.push_back(std::move(what));
        if (refuses_comments) co_return tl::unexpected{*refuses_comments};
        co_return Result<void>{};
    }
    Source* source() override { return this; }
    Actuator* actuator() override { return this; }
    Scheduler* scheduler() override { return this; }
    asio::awaitable<void> stop() override {
        sink_ = nullptr;
        co_return;
    }

    void start(ObservationSink& sink) override {
        sink_ = &sink;
        for (int round = 0; round < 2; ++round)
            for (const auto& [name, machine] : machines) refresh(name);
    }
    void refresh(std::string_view device) override {
        const auto found = machines.find(std::string{device});
        if (!sink_ || found == machines.end()) return;
        const Reading watts{Quantity::power_watts, Part::total, {}, found->second.watts};
        const Error silent{Fault::timeout, "the BMC does not answer"};
        Observation seen;
        seen.device = device;
        seen.at = Instant::now().wall;
        if (found->second.silent) {
            seen.failure = &silent;
        } else {
            seen.source = "dcmi";
            seen.chassis = found->second.chassis;
            seen.readings = {&watts, 1};
        }
        sink_->take(seen);
    }

    bool reaches(std::string_view node) const override {
        return machines.count(std::string{node}) > 0;
    }
    asio::awaitable<Result<Chassis>> chassis(std::string node) override {
        co_await pause(machines[node].command_takes);
        if (machines[node].silent)
            co_return fail(Fault::timeout, node + ": the BMC does not answer");
        co_return machines[node].chassis;
    }
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) override {
        Machine& machine = machines[node];
        co_await pause(machine.command_takes);
        if (!still_wanted()) co_return fail(Fault::cancelled, "no longer wanted");
        if (machine.silent) co_return fail(Fault::timeout, node + ": the BMC does not answer");
        static const char* const words[] = {"on", "off", "soft", "cycle"};
        sent.push_back(fmt::format("{} {}", words[static_cast<int>(command)], node));
        if (!machine.ignores_power) obey(node, command);
        co_return Result<void>{};
    }
    asio::awaitable<Result<CapReading>> cap(std::string node) override {
        if (const auto takes = machines[node].cap_read_takes; takes.count() > 0)
            co_await pause(takes);
        if (const auto meanwhile = machines[node].while_cap_is_read) meanwhile();
        if (machines[node].silent)
            co_return fail(Fault::timeout, node + ": the BMC does not answer");
        co_return machines[node].cap;
    }
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) override {
        auto& machine = machines[node];
        if (machine.silent) co_return fail(Fault::timeout, node + ": the BMC does not answer");
        sent.push_back(fmt::format("cap {} {}", node, limit.value));
        if (machine.refuses_caps) co_return fail(Fault::refused, node + ": out of its range");
        machine.cap.active = true;
        machine.cap.limit = Watts{std::max(limit.value, machine.lowest_cap)};
        co_return Result<void>{};
    }
    asio::awaitable<Result<void>> release_cap(std::string node) override {
        sent.push_back("uncap " + node);
        const auto& machine = machines[node];
        if (machine.refuses_caps || machine.refuses_releases)
            co_return fail(Fault::refused, node + ": not now");
        machines[node].cap.active = false;
        co_return Result<void>{};
    }

    unsigned session(std::string_view node) const override {
        const auto found = machines.find(std::string{node});
        return found == machines.end() ? 0 : found->second.session;
    }
    std::optional<std::string> identity(std::string_view node) const override {
        const auto found = machines.find(std::string{node});
        if (found == machines.end() || found->second.guid.empty()) return std::nullopt;
        return found->second.guid;
    }

    asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> read() override {
        co_await pause(std::chrono::milliseconds{1});
        if (slurm_away) co_return fail(Fault::timeout, "slurmctld does not answer");
        auto view = std::make_shared<SchedulerView>();
        view->read_at = Instant::now();
        for (const auto& [name, machine] : machines) view->nodes[name] = machine.slurm;
        view->jobs = jobs;
        view->ended_jobs = ended_jobs;
        view->suspend_timeout = suspend_timeout;
        view->resume_timeout = resume_timeout;
        co_return std::shared_ptr<const SchedulerView>{view};
    }
    asio::awaitable<Result<void>> command(SchedulerCommand what, std::vector<std::string> nodes,
                                          std::string reason) override {
        for (const auto& node : nodes) {
            asked_of_slurm.push_back(
                fmt::format("{} {}: {}", static_cast<int>(what), node, reason));
            if (what == SchedulerCommand::power_down_asap) machines[node].slurm.power_down = true;
        }
        co_return Result<void>{};
    }

private:
    void obey(const std::string& node, PowerCommand command) {
        Machine& machine = machines[node];
        if (command == PowerCommand::soft) {
            if (machine.soft_off_takes)
                later(*machine.soft_off_takes, node, &SmallCluster::go_dark);
        } else if (command == PowerCommand::off) {
            go_dark(node);
        } else {
            machine.chassis = Chassis::on;
            if (machine.boots) later(std::chrono::milliseconds{20}, node, &SmallCluster::boot);
        }
    }
    void go_dark(const std::string& node) { machines[node].chassis = Chassis::off; }
    void boot(const std::string& node) {
        auto& machine = machines[node];
        if (machine.chassis != Chassis::on) return;
        machine.slurm.boot_time = Instant::now().wall;
        machine.slurm.powering_up = false;
        machine.slurm.state_text = "mixed";
    }
    void later(std::chrono::milliseconds wait, const std::string& node,
               void (SmallCluster::*what)(const std::string&)) {
        auto timer = std::make_shared<asio::steady_timer>(loop_, wait);
        auto fire = [this, timer, node, what](boost::system::error_code) { (this->*what)(node); };
        timer->async_wait(std::move(fire));
    }

    asio::io_context& loop_;
    ObservationSink* sink_ = nullptr;
};

}  // namespace frugald::test
