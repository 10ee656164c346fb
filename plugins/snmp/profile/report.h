#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/snmp/profile/checks.h"
#include "plugins/snmp/profile/expected.h"

namespace frugald::snmp::profile {

using Json = nlohmann::ordered_json;

// What `frugalctl profile` gets to read: one line of JSON per file or device.

/// {"profile", "readings": [{"quantity", "part", "name", "value", "oid"}], "checks": [{"name",
/// "good", "text"}]}. A sum has no OID.
Json describe(const Look& look, const std::vector<Check>& checks);
/// {"sensors": {"power": {"matched", "total"}, ...}, "wrong": [{"kind", "oid", "expected",
/// "text"}], "excepted": [...]}
Json describe(const Comparison& comparison);

/// One line, foreign bytes made fit for JSON.
std::string line_of(const Json& json);

}  // namespace frugald::snmp::profile
