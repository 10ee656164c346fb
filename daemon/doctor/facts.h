#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/core/snapshot.h"

namespace frugald::doctor {

struct FileFacts {
    bool exists = false;
    bool directory = false;
    unsigned mode = 0;  // the lower twelve bits, 0600
    std::uint32_t uid = 0;
    std::string trouble{};  // why it could not be looked at, when it does not exist for us
};

struct DirectoryFacts {
    FileFacts file;
    bool writable = false;  // by frugald
    std::optional<std::uint64_t> free_bytes{};
    std::string filesystem{};  // "ext4", "nfs"; empty: not known
};

/// A program that Slurm is told to call, as seen on this host.
struct ProgramFacts {
    FileFacts file;     // what the path leads to
    bool ours = false;  // it is frugald-hook
    std::string socket{};
    std::string spool{};
    std::string problem{};  // of hook.conf
};

/// What the machine itself says.
struct Probes {
    std::uint32_t uid = 0;
    std::vector<std::string> own_names;  // host name, with and without domain
    FileFacts secrets, hold_file, hook_socket, munge_socket;
    DirectoryFacts state, spool;
    std::optional<std::uint64_t> descriptors_limit, descriptors_open;
    std::optional<bool> clock_synchronised;
    std::map<std::string, ProgramFacts> programs;      // by the path in slurm.conf
    std::map<std::string, std::string> bmc_addresses;  // by node, "10.1.0.7:623", where known
};

/// How long something took, over the times it was measured.
struct Percentile {
    std::chrono::milliseconds p99{0};
    std::size_t count = 0;
};

/// Everything that the checks judge. Absent is not known, never good.
struct Facts {
    Config config;
    std::shared_ptr<const Snapshot> now;  // null: none has been published yet
    Probes probes;
    Instant began;                                            // of the daemon, on both clocks
    std::map<std::string, Percentile> boot_times, off_times;  // by node class
    std::optional<unsigned> bearable_resume_rate;             // nodes a minute, of all budgets
    std::map<std::string, std::string> guids;                 // of BMCs, by node
    std::optional<WallTime> observing_since;

    const SchedulerView* slurm() const { return now ? now->scheduler.get() : nullptr; }
    /// Somewhere, for some action: the picture's mode is as people read it, "observe (gpu:
    /// guarded)".
    bool acts() const { return in_mode("guarded") || in_mode("enforce"); }
    bool in_mode(std::string_view word) const {
        return now && now->mode.find(word) != std::string::npos;
    }
};

}  // namespace frugald::doctor
