#pragma once

#include "daemon/core/reading.h"

namespace frugald {

/// Takes what sources bring. Called on the loop thread only; must not block.
class ObservationSink {
public:
    virtual ~ObservationSink() = default;
    virtual void take(const Observation& seen) = 0;
};

/// Where measurements come from. A source polls on its own schedule, bounds its own time, and
/// reports each poll of each device once, also a failed one.
class Source {
public:
    virtual ~Source() = default;
    /// Starts polling; returns at once. `sink` outlives the source's module.
    virtual void start(ObservationSink& sink) = 0;
    /// One device more often or at once, because something was just done to it. Unknown names are
    /// ignored.
    virtual void refresh(std::string_view device) = 0;
};

}  // namespace frugald
