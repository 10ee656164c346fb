#pragma once

#include <functional>

#include "plugins/modbus/frame.h"
#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// Where a device has a model that a profile knows.
struct Found {
    const Map* map = nullptr;
    std::uint16_t model = 0;
    unsigned start = 0;  // address of the model's ID
};

/// Reads `count` registers at `first`, blocking.
using ReadRegisters = std::function<Result<Answer>(unsigned first, unsigned count)>;

/// Looks for "SunS" at 40000, 50000 and 0 and goes along the chain of models. Null `map`: the
/// device has none of the profile's models. Fails when it does not answer.
Result<Found> find_model(const Profile& profile, const ReadRegisters& read);

}  // namespace frugald::modbus
