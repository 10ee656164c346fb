#pragma once

#include <set>

#include "daemon/ports/plugin.h"
#include "tests/sim/world.h"

namespace frugald::sim {

/// What one process of frugald sees of the world: source, actuator and scheduler at once.
class SimModule : public Module, public Source, public Actuator, public Scheduler {
public:
    /// `dead`: the process has been killed, nothing of it leaves the machine any more.
    SimModule(World& world, std::shared_ptr<const bool> dead)
        : world_(world), dead_(std::move(dead)) {}

    std::vector<DeclaredDevice> devices() const override;
    Source* source() override { return this; }
    Actuator* actuator() override { return this; }
    Scheduler* scheduler() override { return this; }
    asio::awaitable<void> stop() override;

    void start(ObservationSink& sink) override;
    void refresh(std::string_view device) override;

    bool reaches(std::string_view node) const override {
        return world_.room.find(node).has_value();
    }
    asio::awaitable<Result<Chassis>> chassis(std::string node) override;
    asio::awaitable<Result<void>> power(std::string node, PowerCommand command,
                                        StillWanted still_wanted) override;
    asio::awaitable<Result<CapReading>> cap(std::string node) override;
    asio::awaitable<Result<void>> set_cap(std::string node, Watts limit) override;
    asio::awaitable<Result<void>> release_cap(std::string node) override;
    unsigned session(std::string_view node) const override;
    std::optional<std::string> identity(std::string_view node) const override;

    asio::awaitable<Result<std::shared_ptr<const SchedulerView>>> read() override;
    asio::awaitable<Result<void>> command(SchedulerCommand what, std::vector<std::string> nodes,
                                          std::string reason) override;

private:
    void observe(std::size_t i);
    /// Of a BMC that was silent.
    void ask_again(std::size_t i);
    void poll_room(bool first);
    bool silent(std::size_t i) const;
    milliseconds answer_time(std::size_t i);
    asio::awaitable<Result<void>> round_trip(std::size_t i);
    asio::awaitable<Result<void>> change_cap(std::string node, std::optional<Watts> limit);

    World& world_;
    std::shared_ptr<const bool> dead_;
    std::set<std::size_t> asked_again_;
    ObservationSink* sink_ = nullptr;
};

}  // namespace frugald::sim
