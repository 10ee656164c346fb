#pragma once

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/sample_store.h"
#include "daemon/store/sqlite/file_check.h"

namespace frugald::samples {

// Every row is read and decoded; nothing is changed.

FileCheck check_journal_file(const std::filesystem::path& file, FileUse use);

/// Of a day, a month or a year, as its name says. `read` gets what could be.
FileCheck check_time_file(const std::filesystem::path& file, FileUse use, SampleCheck& read);

/// SampleStore::check.
SampleCheck check_files(const Files& files);

/// How cells lie in the rows of the file with this name; nothing for a file of raw samples.
struct CellShape {
    std::int64_t period_ms = 0;
    /// A damaged key can be anything: the result is within 64 bits.
    std::int64_t first_ms(std::int64_t key) const;
};
std::optional<CellShape> cell_shape_of(const std::filesystem::path& file);

/// The sound part of a row of such a file, empty if there is none; `damage` gets the first error.
std::vector<std::uint8_t> sound_part(std::int64_t key, std::span<const std::uint8_t> row,
                                     const std::optional<CellShape>& cells, SampleCheck& read,
                                     std::string& damage);

}  // namespace frugald::samples
