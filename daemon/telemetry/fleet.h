#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/core/sample.h"
#include "daemon/core/snapshot.h"
#include "daemon/core/string_map.h"
#include "daemon/telemetry/calibrations.h"
#include "daemon/telemetry/feeds.h"
#include "daemon/telemetry/node_record.h"

namespace frugald {

/// What happened to a chassis between two polls.
struct ChassisChange {
    std::string node;
    Chassis before{};
    Chassis now{};
    WallTime at{};
};

/// A device stopped answering, or answers again.
struct ReachChange {
    std::string device;
    std::string failure;  // why not; empty: it answers again
};

/// The newest good reading of everything, from the observations of all sources. A reading that is
/// refused leaves the last good one in place, with its age. Belongs to the loop thread.
class Fleet {
public:
    explicit Fleet(std::chrono::milliseconds stale_after) : stale_after_(stale_after) {}

    void declare_node(const std::string& name);
    void declare_device(DeviceKind kind, const std::string& name, const std::string& model,
                        const std::map<std::string, std::string>& outlet_nodes);
    /// After a reload: forgets what is in neither list.
    void keep_only(const std::vector<std::string>& nodes, const std::vector<std::string>& devices);
    void set_stale_after(std::chrono::milliseconds limit) { stale_after_ = limit; }

    /// From the next answer on; absent: as the source says it.
    void calibrate(const PowerSource& source, const std::optional<Calibration>& calibration);
    Calibrations& calibrations() { return calibrations_; }
    /// What the source itself says now. Fault::invalid: there is no such source; unavailable: it
    /// has given no good power within `stale_after`.
    Result<Measurement> raw_power(const PowerSource& source, WallTime now) const;

    /// Observations of names that nobody declared are ignored.
    void take(const Observation& seen);

    /// Declared with a BMC.
    bool knows_node(std::string_view name) const;
    /// Answers of this node's BMC since the start.
    unsigned rounds(std::string_view node) const;
    Chassis chassis(std::string_view node) const;
    /// What is known of a node now: a state that is too old is `unknown`, a reading that is not
    /// good is absent.
    struct NodeState {
        Chassis chassis = Chassis::unknown;
        std::optional<Watts> power{};
        bool tried = false;  // its BMC has answered, or failed to, since the start
    };
    NodeState state(std::string_view node, WallTime now) const;
    /// Writes nodes, devices, cluster power and counters; marks what is too old. A node without a
    /// good reading of its BMC has the power of its outlets (docs/telemetry.md).
    void describe(Snapshot& picture) const;

    /// Everything accepted, and every change, since the last call.
    std::vector<Sample> take_accepted() { return std::exchange(accepted_, {}); }
    std::vector<ChassisChange> take_changes() { return std::exchange(changes_, {}); }
    std::vector<ReachChange> take_reach_changes() { return std::exchange(reach_changes_, {}); }
    Counters& counters() { return counters_; }

private:
    void take_node(NodeRecord& record, const Observation& seen);
    void take_device(Device& device, const Observation& seen);
    void take_power(NodeRecord& record, const Observation& seen, const Reading& reading);
    void take_total(NodeRecord& record, const Observation& seen, const Ruling& ruling);
    void share_out(const Device& device, WallTime at);
    PartMeasurement& keep(const Observation& seen, const Reading& reading,
                          std::vector<PartMeasurement>& parts);
    void note_reach(const Observation& seen, bool was_reachable, const std::string& old_failure);
    void refuse(std::string_view reason) { ++counters_.readings_rejected[std::string{reason}]; }
    bool possible(const Observation& seen, const Reading& reading, Chassis chassis);
    void note_accepted(const Observation& seen, const Reading& reading);

    std::chrono::milliseconds stale_after_;
    StringMap<NodeRecord> nodes_;
    Feeds::Devices devices_;
    Feeds feeds_;
    Calibrations calibrations_;
    std::vector<Sample> accepted_;
    std::vector<ChassisChange> changes_;
    std::vector<ReachChange> reach_changes_;
    Counters counters_;
};

}  // namespace frugald
