#pragma once

namespace frugald::hook {

/// Undoes what slurmctld 22.05 hands down: closed standard descriptors (the first socket would
/// become fd 0), blocked signals, unusual dispositions. Must come before anything is opened.
void clean_process();

}  // namespace frugald::hook
