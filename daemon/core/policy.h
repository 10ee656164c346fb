#pragma once

#include <string_view>

#include "daemon/core/action.h"
#include "daemon/core/snapshot.h"

namespace frugald {

/// What to do about a snapshot. Pure: no clock but the snapshot's, no I/O, no memory of the last
/// call. It proposes; the guard decides.
class Policy {
public:
    virtual ~Policy() = default;
    virtual std::string_view name() const = 0;
    virtual Actions decide(const Snapshot& now) const = 0;
};

}  // namespace frugald
