#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>

#include "daemon/hook/spool.h"
#include "tests/daemon/hook/hook_process.h"
#include "tests/daemon/hook/hook_server.h"
#include "tests/support/sanitized.h"
#include "tests/support/scratch.h"

/// Starting a sanitized program takes part of it.
inline constexpr std::chrono::seconds allowed_time{sanitized ? 6 : 2};

/// A scratch directory with the hook installed.
struct Site {
    Scratch scratch;
    Site() { install_hook(scratch.path()); }
    const std::filesystem::path& path() const { return scratch.path(); }
    std::filesystem::path socket() const { return path() / "socket"; }

    /// The messages waiting in the spool.
    std::vector<frugald::hook::Message> spooled() const {
        std::string problem;
        const auto spool = (path() / "spool").string();
        std::vector<frugald::hook::Message> messages;
        const auto entries = frugald::hook::spool_list(spool, problem);
        REQUIRE(entries);
        for (const auto& entry : *entries) {
            CHECK(entry.owner == ::geteuid());
            messages.push_back(frugald::hook::spool_read(spool, entry, problem).value());
        }
        return messages;
    }
    std::size_t files_in_spool() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator{path() / "spool"}, {}));
    }
};
