#pragma once

#include <string_view>
#include <vector>

#include "daemon/core/settings.h"
#include "plugins/snmp/profile.h"

namespace frugald::snmp {

/// The OID under `key`: from the root when it starts with a dot or when there is no base, else
/// below `base`. Anything else becomes a mistake of the reader.
Oid read_oid(SettingsReader& reader, std::string_view key, const Oid& base);
/// The same of a list, or of one text.
std::vector<Oid> read_oids(SettingsReader& reader, std::string_view key, const Oid& base);
std::optional<Pattern> read_pattern(SettingsReader& reader, std::string_view key);

/// The columns `power`, `current`, `voltage`, `energy` and `rating` of a table, as far as it has
/// them.
std::vector<Column> read_columns(SettingsReader& table, const Oid& base);

}  // namespace frugald::snmp
