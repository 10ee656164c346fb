#pragma once

#include <span>
#include <string>
#include <string_view>

namespace frugald {

/// How many single-character insertions, deletions and replacements turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The word a writer of `wrong` most likely meant, or empty when none is near enough.
std::string_view nearest_word(std::string_view wrong, std::span<const std::string> words);

}  // namespace frugald
