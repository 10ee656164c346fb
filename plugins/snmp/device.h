#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/health.h"
#include "plugins/snmp/agent.h"
#include "plugins/snmp/config.h"
#include "plugins/snmp/plan.h"
#include "plugins/snmp/profiles.h"
#include "plugins/snmp/wide_counters.h"

namespace frugald::snmp {

/// What one poll of one PDU brought.
struct Report {
    std::string device;
    DeviceKind kind = DeviceKind::pdu;
    std::string source;  // "snmp:apc-rpdu2"
    WallTime at{};
    Seconds took{0};
    std::vector<NamedReading> readings;
    std::vector<Value> values;  // what the readings were made of: the plan's items, in order
    std::optional<Error> failure;
};

/// One PDU: its session, what it has, and when it is due. Lives on the worker's thread; config and
/// profiles outlive it.
class Device {
public:
    Device(asio::io_context& loop, const PduConfig& config, const Profiles& profiles,
           Patience patience, Keys& keys);

    const std::string& name() const { return config_.name; }
    Waiter& waiter() { return waiter_; }

    /// Connects and looks around first, where that is still to be done.
    asio::awaitable<Report> poll();
    /// What the last good poll asked with; of use only after one.
    const Profile* profile() const { return profile_; }
    const Plan& plan() const { return plan_; }

    /// How long after the start of a poll the next one is due: later the longer it has failed.
    std::chrono::milliseconds next_after() const;

private:
    asio::awaitable<Result<std::vector<Value>>> read();
    asio::awaitable<Result<void>> connect();
    asio::awaitable<Result<void>> look_around();
    asio::awaitable<Result<const Profile*>> identify();
    asio::awaitable<Result<bool>> answers_probe(const Profile& profile);
    asio::awaitable<Result<std::vector<Value>>> ask_all();
    /// What a poll asks for: the up time, then items of the plan.
    struct Asking {
        std::vector<Oid> wanted;
        std::vector<std::size_t> positions;  // of these in the plan; the first is nothing
    };
    Asking asking(bool slow_too) const;
    void choose_wanted();
    bool slow_is_due();
    void note_boot(const Value& up_time);
    void note_mute(const Oid& oid);
    void compare_outlets() const;
    Error failure(const Error& error) const;

    const PduConfig& config_;
    const Profiles& profiles_;
    Patience patience_;
    Keys& keys_;
    Waiter waiter_;
    Health health_;
    std::unique_ptr<Session> session_;
    const Profile* profile_ = nullptr;
    Plan plan_;
    std::set<Oid> mute_;  // items of the plan whose values cannot be decoded
    Asking all_, quick_;
    SteadyTime slow_due_{};
    WideCounters counters_;
    bool looked_around_ = false;
    SteadyTime look_again_{};
    double up_time_ = 0;
};

}  // namespace frugald::snmp
