#pragma once

#include <string>
#include <string_view>

#include "daemon/engine/guard/guard.h"

namespace frugald::sim {

/// Bugs that are put in to see them found: the guard without the rules of one number, and, for what
/// only the doing can break, an actuator that breaks it.
///
/// From now on `planted_guard` leaves the rules of this number out; empty: none.
void plant(std::string_view rule);
Verdict planted_guard(const Action& action, const GuardFacts& facts);

/// N2: an off leaves up to two minutes late, unasked.
bool sends_late(const std::string& planted);
/// N3: the PDUs are believed to bear ten times what they do.
bool overrates_feeds(const std::string& planted);
inline constexpr double overrated = 10;
/// N4: the ends of leases are looked at every ten minutes only.
bool ends_leases_late(const std::string& planted);
/// N6: a limit comes with the exception action "power off".
bool caps_switch_off(const std::string& planted);
/// N9: the BMC is never asked who it is.
bool ignores_identity(const std::string& planted);

}  // namespace frugald::sim
