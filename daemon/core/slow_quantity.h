#pragma once

#include "daemon/core/reading.h"

namespace frugald {

/// What says as much two minutes later as now, so that sources may read it less often and readers
/// may believe it for longer: voltages, power factors, counters, ratings.
constexpr bool changes_slowly(Quantity quantity) {
    return quantity == Quantity::voltage_volts || quantity == Quantity::power_factor ||
           quantity == Quantity::energy_joules || quantity == Quantity::rating_amperes;
}

}  // namespace frugald
