#pragma once

#include "daemon/core/settings.h"

namespace frugald::snmp {

/// A profile file on top of the one it extends. Top-level keys and the keys of `[snmp]` and
/// `[left_out]` replace those of `parent`; `[match]` and `summary` are never inherited. A
/// `[[table]]` with the id of one of the parent's replaces that table's keys one by one and removes
/// those in its list `without`; `drop = true` removes the table; others are added. Every value
/// keeps its place, so a message names the file that it stands in.
Settings merge_profiles(const Settings& parent, const Settings& child);

}  // namespace frugald::snmp
