#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "plugins/ipmi/sdr_store.h"

namespace frugald::ipmi {

/// What the BMCs know of each other's repositories: nodes of one model have the same one, so its
/// table is made once and shared, and its records are kept over restarts.
class SensorTables {
public:
    SensorTables() = default;
    explicit SensorTables(SdrStore store) : store_(std::move(store)) {}

    std::shared_ptr<const SensorTable> table(const Repository& repository,
                                             const Workarounds& workarounds,
                                             const std::shared_ptr<const Habits>& habits);
    /// Different tables in use.
    std::size_t count() const;

    SdrStore& store() { return store_; }

private:
    std::unordered_map<std::string, std::weak_ptr<const SensorTable>> tables_;
    SdrStore store_;
};

}  // namespace frugald::ipmi
