#pragma once

#include <string>
#include <string_view>

namespace frugald {

/// What the first row's hash is computed over, in place of a hash before it.
inline constexpr std::string_view chain_start =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of a row, in lower-case hexadecimal: SHA-256 over the text of the hash before it and
/// the bytes of its line. `printf %s%s HASH LINE | sha256sum` gives the same.
std::string chain_hash(std::string_view before, std::string_view line);

}  // namespace frugald
