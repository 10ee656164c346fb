#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/scheduler_view.h"

// What the plugin and its worker process, frugald-slurm, say to each other over a socket pair. One
// request, one reply, in turn. A frame is a u32 with the size of the rest, u8 version, u8 kind and
// the body; numbers are little-endian, texts are a u32 length and bytes.

namespace frugald::slurm {

inline constexpr std::uint8_t wire_version = 4;
inline constexpr std::size_t frame_head = 4;
inline constexpr std::size_t longest_frame = 512u << 20;

/// Flags of a node, numbered by ourselves: Slurm's bits stay inside the worker.
enum class NodeFlag : std::uint32_t {
    drain = 1u << 0,
    completing = 1u << 1,
    no_respond = 1u << 2,
    powered_down = 1u << 3,
    powering_up = 1u << 4,
    powering_down = 1u << 5,
    power_down = 1u << 6,
    power_up = 1u << 7,
    maint = 1u << 8,
    reserved = 1u << 9,
    reboot_requested = 1u << 10,
    reboot_issued = 1u << 11,
    fail = 1u << 12,
    planned = 1u << 13,
    cloud = 1u << 14,
    invalid_registration = 1u << 15,
    unknown = 1u << 16,  // at least one flag that the worker's libslurm or we do not know
};

/// Seconds since 1970; 0: not known.
using UnixTime = std::int64_t;

struct NodeRecord {
    std::string name{};
    NodeBase base = NodeBase::unknown;
    std::uint32_t flags = 0;  // of NodeFlag
    std::uint32_t allocated_cpus = 0;
    std::uint32_t cpus = 0;  // 0: not known
    UnixTime boot_time = 0;
    UnixTime slurmd_start_time = 0;
    std::string reason{};
    std::string features{};  // the active ones, with commas between

    bool has(NodeFlag flag) const { return (flags & static_cast<std::uint32_t>(flag)) != 0; }
};

/// So many nodes with so many CPUs each.
struct CpuRun {
    std::uint32_t cpus = 0;
    std::uint32_t nodes = 0;
};

struct JobRecord {
    std::uint32_t id = 0;
    JobState state = JobState::other;
    std::string partition{};
    std::string nodes{};  // hostlist: allocated, or planned if pending
    UnixTime start = 0;   // of a pending job the expected one
    UnixTime end = 0;
    std::vector<CpuRun> cpus{};  // of its nodes in their order; empty: not known
};

/// Absent time-outs: the cluster's own hold.
struct PartitionRecord {
    std::string name{};
    std::string nodes{};  // hostlist
    bool up = false;
    std::optional<std::uint32_t> suspend_time{};
    std::optional<std::uint32_t> suspend_timeout{};
    std::optional<std::uint32_t> resume_timeout{};
};

struct ReservationRecord {
    std::string name{};
    std::string nodes{};  // hostlist; empty: it reserves licenses only
    UnixTime start = 0;
    UnixTime end = 0;
    bool maintenance = false;
};

struct ControllerRecord {
    std::string version;
    std::string slurm_user;
    std::vector<std::string> hosts;
    std::optional<std::uint32_t> suspend_time;  // absent: -1
    std::uint32_t suspend_timeout = 0;
    std::uint32_t resume_timeout = 0;
    SchedulerPowerSaving power_saving;
};

/// Names one picture of one worker; 0: none.
using PictureNumber = std::int64_t;

/// Everything one load brings.
struct Picture {
    PictureNumber number = 0;
    std::int64_t answered_at_ns = 0;  // of the oldest part, CLOCK_MONOTONIC
    ControllerRecord controller;
    std::vector<PartitionRecord> partitions;
    std::vector<NodeRecord> nodes;
    std::vector<JobRecord> jobs;        // pending, or holding nodes
    std::vector<JobRecord> ended_jobs;  // over, not forgotten yet; without a state
    std::vector<ReservationRecord> reservations;
};

/// slurmctld says that nothing has changed since the picture that the plugin has.
struct Unchanged {
    std::int64_t answered_at_ns = 0;
};

enum class UpdateVerb : std::uint8_t { power_down_asap = 1, power_up, drain, resume };

struct LoadRequest {
    PictureNumber known = 0;  // the picture that the plugin has
};
struct UpdateRequest {
    UpdateVerb verb{};
    std::string nodes;  // names with commas between
    std::string reason;
};
/// A text for the AdminComment of a job's record in the accounting database.
struct CommentRequest {
    std::uint32_t job = 0;
    UnixTime end = 0;  // of the run that it is about
    std::string text;
};
struct Request {
    /// The worker gives up, says what it was waiting for, and ends when this has passed.
    std::chrono::milliseconds limit{0};
    std::variant<LoadRequest, UpdateRequest, CommentRequest> what;
};

struct Done {};  // an update was accepted, a comment is written
using Reply = std::variant<Picture, Done, Error, Unchanged>;

/// Whole frames, head included.
std::string encode(const Request& request);
std::string encode(const Reply& reply);

/// The size of the rest of a frame from its first `frame_head` bytes; nothing if it is longer than
/// `longest_frame` or too short to be one.
std::optional<std::size_t> frame_size(std::string_view head);

/// The rest of a frame. Fault::unparsable for anything but exactly one message of this version.
Result<Request> decode_request(std::string_view rest);
Result<Reply> decode_reply(std::string_view rest);

}  // namespace frugald::slurm
