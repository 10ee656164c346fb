#pragma once

#include <memory>

#include "daemon/core/snapshot.h"

namespace frugald {

/// Takes every published snapshot elsewhere (remote write, message bus). Called on the loop
/// thread; must not block.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void take(std::shared_ptr<const Snapshot> snapshot) = 0;
};

}  // namespace frugald
