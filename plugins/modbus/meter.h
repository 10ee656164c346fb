#pragma once

#include <set>

#include "daemon/core/health.h"
#include "plugins/modbus/config.h"
#include "plugins/modbus/link.h"
#include "plugins/modbus/report.h"
#include "plugins/modbus/sunspec.h"

namespace frugald::modbus {

/// One meter: what it has of its profile, and how it is doing. Lives on its gateway's thread;
/// config and profile outlive it.
class Meter {
public:
    Meter(const MeterConfig& config, const Profile& profile);

    const MeterConfig& config() const { return config_; }
    /// Over an open link; blocks. The caller reports the outcome to `record`.
    Result<std::vector<NamedReading>> read(Link& link);
    /// What the poll that began at `start` brought, and what follows for the next one.
    Report record(SteadyTime start, Result<std::vector<NamedReading>> outcome);
    /// How long after the start of a poll the next one is due: later the longer it has failed.
    std::chrono::milliseconds next_after() const;

private:
    Result<void> look_around(Link& link);
    Result<void> find_points(Link& link);
    /// Reads all blocks; those that are refused are made smaller until it is known what is not
    /// there.
    Result<Image> read_blocks(Link& link);
    Result<Answer> ask(Link& link, const Block& block) const;
    void note_refused(const std::vector<Field>& fields);
    Result<void> check_model(const Image& image);
    Result<std::vector<NamedReading>> decode_all(const Image& image) const;
    Error failure(const Error& error) const;

    const MeterConfig& config_;
    const Profile& profile_;
    Health health_;
    std::vector<Point> points_;
    std::vector<Block> blocks_;
    Found model_;              // SunSpec only
    bool look_around_ = true;  // before the next poll
    SteadyTime look_again_{};
    std::set<Field> refused_;  // told in the log
};

}  // namespace frugald::modbus
