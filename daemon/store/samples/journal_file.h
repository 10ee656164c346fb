#pragma once

#include <filesystem>
#include <string>

#include "daemon/store/samples/catalogue.h"
#include "daemon/store/sqlite/database.h"

namespace frugald::samples {

inline constexpr std::int64_t journal_schema = 2;
/// All tables of journal.db.
std::string journal_file_tables();

/// journal.db in `directory`, of the newest schema; a new one if there is none and no other file
/// either. `upgraded`: it was older, so the other files may be, too; a copy of it has been kept.
/// Fault::unparsable when it is damaged or gone, Fault::unavailable when it cannot be used.
Result<Database> open_journal_file(const std::filesystem::path& directory, bool& upgraded);

/// Numbers that may have been used, although nothing that can be read has them.
struct Floors {
    Catalogue::Floors ids{};
    std::int64_t round = 0;
};
Result<Floors> floors_in(Database& journal);

/// Makes a new journal.db of what can be read of the damaged one and of the names in the other
/// files; the damaged one becomes journal.db.damaged-MS. Returns what was kept and lost.
Result<std::string> recover_journal_file(const std::filesystem::path& directory,
                                         const std::string& why);

}  // namespace frugald::samples
