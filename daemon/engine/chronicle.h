#pragma once

#include <string>
#include <vector>

#include "daemon/core/calibration.h"
#include "daemon/core/history.h"
#include "daemon/engine/guard/guard.h"
#include "daemon/engine/intent.h"

namespace frugald {

struct Config;

/// The engine's doings in the words of the audit (core/history.h). Pure; `Journal::audit` keeps
/// them.
namespace chronicle {

/// The configuration that what follows is to be judged by: "config", then its scopes, figures and
/// budgets. `protected_nodes`: never to be touched, whatever managed_nodes says.
std::vector<HistoryEntry> configuration(const Config& config, const char* event,
                                        const std::vector<std::string>& protected_nodes);
HistoryEntry hook(const Intent& intent);
HistoryEntry request(const Intent& intent);
HistoryEntry refused(const Action& action, const Verdict& verdict);
/// What is about to be sent, with the facts the guard saw. `id` is the journal's.
HistoryEntry command(std::int64_t id, const Action& action, const GuardFacts& facts,
                     const std::string& guid, const std::string& pinned);
HistoryEntry answer(std::int64_t id, const std::string& node, bool ok, const std::string& text);
HistoryEntry read_back(std::int64_t id, const std::string& node, Chassis chassis);
HistoryEntry cap_read_back(std::int64_t id, const std::string& node, bool active, Watts limit);
HistoryEntry cap_end(const std::string& node, const std::string& why);
HistoryEntry incident(const std::string& node, const std::string& what, const std::string& text);
/// An empty node is everything.
HistoryEntry hold(const std::string& node, const HoldState& state);
HistoryEntry release(const std::string& node, const std::string& by, const std::string& why);
HistoryEntry mode(const ModeRule& rule, const std::string& by, const std::string& why);
HistoryEntry identity(const std::string& node, const char* event, const std::string& guid);
HistoryEntry quarantine(const std::string& node, const std::string& why);
/// `factor` 1: the source is believed again.
HistoryEntry calibration(const PowerSource& source, const Calibration& calibration);
HistoryEntry stop(const std::string& why);

}  // namespace chronicle
}  // namespace frugald
