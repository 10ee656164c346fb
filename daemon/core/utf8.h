#pragma once

#include <string>
#include <string_view>

namespace frugald {

/// The text with every byte that is not part of valid UTF-8 replaced by '?'. Names and reasons
/// come from BMCs, PDUs and Slurm, which promise no encoding.
std::string valid_utf8(std::string_view text);

}  // namespace frugald
