#pragma once

#include <string>
#include <vector>

#include "daemon/core/reading.h"
#include "plugins/snmp/profile.h"
#include "plugins/snmp/rows.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp {

/// One number to ask for again and again. The profile outlives it.
struct Item {
    Oid oid;
    const Column* column = nullptr;
    Part part = Part::total;
    std::string name{};  // empty for the total
    double factor = 1;   // raw -> base unit, what the device says of its scale included

    /// In base units; nothing when the device has no number there, or no plausible one.
    std::optional<double> measured(const Value& value) const;
};

/// A total that is the sum of other items (positions in Plan::items), for when the device does not
/// say it itself. Absent if one of them is.
struct Sum {
    Quantity quantity{};
    std::vector<std::size_t> items;
};

struct NamedReading {
    Quantity quantity{};
    Part part = Part::total;
    std::string name;
    double value = 0;
};

/// What one device has of what its profile knows.
struct Plan {
    std::vector<Item> items;
    std::vector<Sum> sums;
    std::vector<NamedReading> ratings;  // read once, with the walks
};

/// All columns that a plan needs walks of.
std::vector<Oid> columns_to_walk(const Profile& profile);

/// Several rows of totals (linked units, several inlets) become lines, and their power and energy
/// add up to the total.
Plan make_plan(const Profile& profile, const Walks& walks);

/// `values` are those of `plan.items`, in order. Ratings come with every answer.
std::vector<NamedReading> readings(const Plan& plan, const std::vector<Value>& values);

}  // namespace frugald::snmp
