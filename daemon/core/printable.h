#pragma once

#include <string>
#include <string_view>

namespace frugald {

/// Foreign text made fit for a message: control characters and bytes beyond ASCII as \xNN, and no
/// more than `most` characters, with "..." where something was cut.
std::string printable(std::string_view text, std::size_t most);

}  // namespace frugald
