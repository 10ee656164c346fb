#pragma once

#include <doctest/doctest.h>

#include "daemon/store/store.h"
#include "tests/support/scratch.h"

/// The store in `directory`, or a failed test.
inline std::unique_ptr<frugald::Store> open_store(const std::filesystem::path& directory) {
    auto store = frugald::Store::open(directory);
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

inline frugald::ActionRecord action_of(const std::string& node, std::int64_t asked_ms) {
    return {.asked = frugald::from_unix_ms(asked_ms),
            .deadline = frugald::from_unix_ms(asked_ms + 1000),
            .node = node,
            .action = "off",
            .actor = "SuspendProgram",
            .reason = "idle",
            .generation = 7,
            .watts = {}};
}
