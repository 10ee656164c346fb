#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace frugald::hook {

/// The content of a regular file of at most `most` bytes; otherwise nothing, and errno says why
/// (EFBIG: too long, EINVAL: not a regular file). Symbolic links are followed only if asked.
std::optional<std::string> read_file(const std::string& path, std::size_t most,
                                     bool follow_links = true);
/// The same of an open file.
std::optional<std::string> read_all(int fd, std::size_t most);

/// False: errno says why.
bool write_all(int fd, std::string_view bytes);

}  // namespace frugald::hook
