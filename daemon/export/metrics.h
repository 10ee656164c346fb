#pragma once

#include <string>

#include "daemon/core/snapshot.h"

namespace frugald {

/// The snapshot in Prometheus' text format 0.0.4, every family with HELP and TYPE; docs/metrics.md
/// lists them. What is unknown or stale is left out, never zero; what vanished from the snapshot
/// is gone; no timestamps (Prometheus would keep vanished series for five minutes).
std::string render_metrics(const Snapshot& now);

}  // namespace frugald
