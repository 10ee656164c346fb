#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"

namespace frugald {

/// What a file was found to be.
struct FileCheck {
    std::filesystem::path file{};
    std::int64_t schema = 0;
    std::uint64_t rows = 0;             // that are sound
    std::uint64_t damaged = 0;          // rows, or other places
    std::vector<std::string> damage{};  // the first of them, a text each

    bool sound() const { return damaged == 0; }
    void found(std::string what) {
        constexpr std::size_t most = 10;
        ++damaged;
        if (damage.size() < most) damage.push_back(std::move(what));
    }
};

enum class FileUse {
    shared,   // another process may be writing to it
    at_rest,  // a copy that nobody writes to
};

inline Result<Database> open_to_check(const std::filesystem::path& file, FileUse use) {
    return use == FileUse::at_rest ? Database::open_at_rest(file) : Database::open_to_read(file);
}

}  // namespace frugald
