#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"

namespace frugald {

/// A TOML file of at most 1 MiB (configuration, device profiles). Syntax errors are
/// Fault::invalid, "file:line:column: message"; entries stand in the file's order.
Result<Settings> read_toml(const std::filesystem::path& file);

enum class Quoting {
    allowed,
    forbidden,  // messages name only the place: the file holds secrets
};

/// The same for text already read; `file` is what messages call it. Strings inside the parser are
/// wiped before their memory goes back.
Result<Settings> parse_toml(std::string_view text, const std::string& file,
                            Quoting quoting = Quoting::allowed);

}  // namespace frugald
