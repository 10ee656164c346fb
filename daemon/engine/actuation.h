#pragma once

#include <map>
#include <optional>
#include <string>

#include "daemon/engine/intent.h"
#include "daemon/engine/journal.h"
#include "daemon/engine/modules.h"
#include "daemon/engine/quarantine.h"
#include "daemon/engine/scheduler_watch.h"
#include "daemon/engine/situation.h"
#include "daemon/ports/tasks.h"

namespace frugald {

/// What actions are carried out with; owned by the engine.
struct Tools {
    asio::io_context& loop;
    Tasks& tasks;
    const Config& config;
    const Modules& modules;
    SchedulerWatch& scheduler;
    Journal& journal;
    Situation& situation;
    Fleet& fleet;
    Holds& holds;
    Modes& modes;
    Identities& identities;
    Doubts& doubts;
    Admission& admission;
    Quarantine& quarantine;
    Guard guard = frugald::guard;  // simulations plant bugs here, to see them found
};

/// What is being done to one node: its newest request, and what an older one has set in motion.
struct Lane {
    IntentPtr newest;
    bool driving = false;
    std::optional<SteadyTime> soft_off_sent;  // an orderly shutdown that nobody can recall
    std::optional<SteadyTime> switched_on;    // by us, and slurmd has not registered since
    std::optional<SteadyTime> last_command;   // that may switch it
    std::optional<Chassis> aimed_at;          // by that, and no poll has shown it yet
};

/// Carries out requests, one command per node at a time; a newer request of a node takes over as
/// soon as the command in flight has returned.
class Actuation {
public:
    /// The store's space for which action has last sent "chassis on" to a node.
    static constexpr const char* switched_on = "switched-on";

    explicit Actuation(Tools tools) : tools_(tools) {}

    /// The request, already in the journal, is its node's newest from now on.
    void want(IntentPtr intent);
    /// The unfinished request of a node; null when there is none.
    IntentPtr current(std::string_view node) const;
    std::uint64_t newest_generation(std::string_view node) const;
    /// When a command of ours that switches the node was last sent; absent: not since the start.
    std::optional<SteadyTime> last_command(std::string_view node) const;
    /// A poll shows the chassis as `now`: whether that is what our last command was for, however
    /// long ago. True once for each command.
    bool aimed_at(std::string_view node, Chassis now);
    /// Generations grow over restarts too, as long as the wall clock does.
    std::uint64_t next_generation();
    /// From now on nothing more is sent; the requests stay open in the journal.
    void stop() { stopping_ = true; }

private:
    asio::awaitable<void> drive(std::string node);

    Tools tools_;
    std::map<std::string, Lane, std::less<>> lanes_;
    std::uint64_t last_generation_ = 0;
    bool stopping_ = false;
};

}  // namespace frugald
