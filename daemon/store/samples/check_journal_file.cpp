#include <fmt/format.h>

#include "daemon/store/codec/round.h"
#include "daemon/store/samples/check.h"
#include "daemon/store/samples/journal_file.h"
#include "daemon/store/sqlite/versioned.h"

namespace frugald::samples {

namespace {

/// Each goes on from the one before.
void check_rounds(Database& file, FileCheck& found) {
    auto query = file.prepare("SELECT number, data FROM round ORDER BY number");
    Result<bool> row = query ? query->step() : Result<bool>{tl::unexpected(query.error())};
    codec::Round rounds[2];
    unsigned filling = 0;
    bool readable = false;
    for (; row && *row; row = query->step()) {
        const auto read = codec::decode_round(
            query->blob(1), readable ? &rounds[1 - filling] : nullptr, rounds[filling]);
        readable = read.has_value();
        if (read)
            ++found.rows;
        else
            found.found(fmt::format("round {}: {}", query->integer(0), read.error().text));
        if (read) filling = 1 - filling;
    }
    if (!row) found.found(row.error().text);
}

Result<void> check(Database& file, FileCheck& found) {
    const auto version = schema_version(file, journal_schema);
    if (!version) return tl::unexpected(version.error());
    found.schema = *version;
    const auto wrong = file.structure_damage();
    if (!wrong) return tl::unexpected(wrong.error());
    if (!wrong->empty()) found.found(*wrong);
    Catalogue catalogue;
    if (*version == journal_schema) {
        if (auto same = require_tables(file, journal_file_tables()); !same) return same;
        if (auto done = catalogue.load(file); !done) found.found(done.error().text);
    } else if (auto done = catalogue.load_unsummed(file); !done) {
        found.found(done.error().text);
    }
    found.rows += catalogue.streams().size() + catalogue.sensors().size() +
                  catalogue.sets().size() - 3;  // each has a place 0
    check_rounds(file, found);
    return {};
}

}  // namespace

FileCheck check_journal_file(const std::filesystem::path& path, FileUse use) {
    FileCheck found{.file = path};
    auto file = open_to_check(path, use);
    // One moment for all, while the daemon writes.
    auto done = file ? file->execute("BEGIN") : Result<void>{tl::unexpected(file.error())};
    if (done) done = check(*file, found);
    if (!done) found.found(done.error().text);
    return found;
}

}  // namespace frugald::samples
