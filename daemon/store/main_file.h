#pragma once

#include <filesystem>
#include <string>

#include "daemon/store/sqlite/database.h"

namespace frugald {

inline constexpr const char* main_file_name = "frugald.db";

/// The whole file, checked and of the newest schema; a new one if there is none. Fault::unparsable
/// when it is damaged: nothing has been changed in it then.
Result<Database> open_main_file(const std::filesystem::path& file);

/// Reads what can be read of a damaged file into a new one, which takes its name; the damaged one
/// becomes FILE.damaged-MS. The new one says so in its map (Store::damage_space) and numbers go on
/// behind all that have been used. `why`: what is wrong with it. Returns the text that it keeps.
Result<std::string> recover_main_file(const std::filesystem::path& file, const std::string& why);

}  // namespace frugald
