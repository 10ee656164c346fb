#pragma once

#include <string>
#include <vector>

#include "daemon/telemetry/balance.h"

namespace frugald {

/// Whose figures do not fit those of its peers, and how that shows.
struct Accusation {
    std::string source;
    std::string fault;                  // TreeSuspicion::fault
    std::string evidence;               // for people, with figures
    std::vector<std::string> balances;  // keys, that it explains
};

/// So many windows in a row (of 30 s) two sides must not agree, and be read anew in each.
inline constexpr unsigned windows_to_accuse = 5;

/// Explains every balance that is out: by a pair of outlets that are swapped, else by the source
/// that most of them have in common and whose correction would mend most. Where two are equally
/// likely the fault is "disputed". Pure.
std::vector<Accusation> accuse(const Ledger& ledger);

}  // namespace frugald
