#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/counters.h"
#include "daemon/core/reading.h"
#include "daemon/core/scheduler_view.h"
#include "daemon/core/units.h"

namespace frugald {

/// Only `good` is a fresh measurement. N7 and everything else that needs one counts nothing else.
enum class Quality {
    good,
    stale,      // good once, too old now
    suspect,    // fresh, but contradicted: frozen, or perhaps on another scale
    estimated,  // not measured: computed from a configured model
};
const char* to_string(Quality quality);

/// A number with everything needed to judge it.
struct Measurement {
    double value = 0;
    WallTime at{};
    std::string source;
    Quality quality = Quality::good;
    /// Of a calibrated source. A power is multiplied with it already; of an energy counter, which
    /// is shown as the device shows it, the growth is to be.
    double factor = 1;
};

/// One sensor, line, outlet or supply of a device.
struct PartMeasurement {
    Quantity quantity{};
    Part part = Part::sensor;
    std::string name;
    Measurement measured;
};

/// Whether a power limit does what it is there for.
enum class CapCondition {
    unconfirmed,   // the BMC has not shown it since it was sent, or since frugald's start
    in_force,      // the BMC has shown it
    not_obeyed,    // in force, and the node draws more
    lost,          // the BMC does not show it any more, and could not be given it again
    not_cappable,  // the BMC has refused twice: the node counts at its maximum
};
const char* to_string(CapCondition condition);

/// A power limit that frugald set or found.
struct CapState {
    Watts limit{};  // as the BMC showed it; while unconfirmed, as it was asked for
    bool active = false;
    std::string owner;                  // "uid 0 (root)", "found on the BMC"
    std::optional<WallTime> lease_end;  // absent: not ours to release
    Watts asked{};
    CapCondition condition = CapCondition::in_force;
    std::string detail{};  // for people: what is not as it was asked for
    std::string way{};     // "dcmi", "nm"; empty: not known yet
    /// The most the node draws without a limit, as the BMC says, else the highest reading seen.
    std::optional<Watts> maximum{};
};

/// The owner of a hold that frugald leaves when someone else has switched a node. It binds policies
/// and repairs; Slurm may still wake the node: nodes fail on.
inline constexpr const char* hands_off_owner = "frugald";

struct HoldState {
    std::string owner;
    std::string reason;
    WallTime since{};
    std::optional<WallTime> until;  // absent: until released
};

/// What the actuation engine is doing with a node.
struct IntentState {
    std::string what;   // "suspend", "resume", "off" ...
    std::string stage;  // "waiting", "sent", "verifying", "failed"
    std::uint64_t generation = 0;
    WallTime deadline{};
    std::string detail;
};

/// Slurm, the BMC and frugald's own doing do not fit together, for longer than they may.
struct DisagreementState {
    std::string kind;  // to_string(Disagreement)
    WallTime since{};
    std::string text;    // both sides, with figures
    std::string advice;  // commands for an administrator
};

/// Everything known about one node at one instant. An empty optional means "not measured", never
/// zero: a policy must say what it does about ignorance.
struct Node {
    std::string name;
    bool managed = false;  // named in managed_nodes: may be acted upon
    bool has_bmc = false;
    Chassis chassis = Chassis::unknown;
    std::optional<WallTime> chassis_at;
    bool reachable = false;               // the BMC answered the last poll
    std::optional<WallTime> last_answer;  // of the BMC
    std::string failure;                  // why the last poll failed, empty if it did not
    /// Watts, from the best source there is now: the BMC ("dcmi", "sdr", "nm", "psu"), the metered
    /// outlets that feed the node ("pdu"), a configured estimate ("model", Quality::estimated).
    std::optional<Measurement> power;
    /// Grows when `power` comes from another source or on another scale: what was before does not
    /// belong to the same series, and energy is not integrated across.
    unsigned power_epoch = 0;
    std::optional<Joules> energy_total;  // since frugald first saw the node, from good readings
    std::vector<PartMeasurement> parts;  // temperatures, fans, supplies
    std::optional<CapState> cap;
    std::optional<HoldState> hold;
    std::optional<IntentState> intent;
    std::optional<DisagreementState> disagreement;
    /// Absent: the scheduler does not know the node, or was never read.
    std::optional<SchedulerNode> scheduler;
    /// frugald's own clock: since when the scheduler has shown the node idle without a break.
    /// Absent while it is not idle. Does not survive a restart of frugald.
    std::optional<SteadyTime> idle_since;
};

/// A PDU or a meter.
struct Device {
    std::string name;
    DeviceKind kind = DeviceKind::pdu;
    bool reachable = false;
    std::optional<WallTime> last_answer;
    std::string failure;
    std::string model;  // profile in use
    std::vector<PartMeasurement> parts;
    std::map<std::string, std::string> outlet_nodes;  // outlet name -> node fed
};

/// The detail of a module that is there, but that no table names.
inline constexpr const char* not_configured = "not configured";

struct ModuleState {
    std::string name;
    bool loaded = false;
    std::string detail;  // version, or why not
};

struct TreePicture;  // core/tree_picture.h
struct PuePicture;   // core/pue_picture.h

/// Everything known at one instant. Immutable once published.
struct Snapshot {
    Instant at;
    SteadyTime started{};
    std::string mode;                 // "observe", "advise", "guarded", "enforce"
    std::optional<std::string> hold;  // the kill switch is on: who, why
    std::map<std::string, Node, std::less<>> nodes;
    std::map<std::string, Device, std::less<>> devices;
    /// The last picture of the scheduler, and how old it is; null before the first.
    std::shared_ptr<const SchedulerView> scheduler;
    std::string scheduler_failure;  // why the last read failed, empty if it did not
    /// Sum of the node powers of Quality::good; absent when no node has one.
    std::optional<Watts> cluster_power;
    std::size_t nodes_measured = 0;  // how many nodes that sum covers; estimates are none of them
    /// The power tree as measured now; null: no [[feed]] is configured.
    std::shared_ptr<const TreePicture> tree;
    /// Energy over energy, live and by day, month and year; null: no [pue] is configured.
    std::shared_ptr<const PuePicture> pue;
    Counters counters;
    std::vector<ModuleState> modules;
    bool last_reload_successful = true;
    std::optional<WallTime> config_loaded_at;
    std::string store_failure;  // empty while the store works
    /// Why what the store had before this may be wrong or missing; empty: it was never damaged, or
    /// a person has set the mode since.
    std::string store_damage{};
};

}  // namespace frugald
