#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace frugald::test {

/// The text files of a .tar.xz, one line after the other, unpacked by xz(1) as they come: nothing
/// is written to disk.
class TarLines {
public:
    /// Throws std::runtime_error when the archive cannot be read.
    explicit TarLines(const std::filesystem::path& archive);

    /// Calls `line` for each line of each file that `wanted` (a file's path) says yes to.
    void read(const std::function<bool(std::string_view path)>& wanted,
              const std::function<void(std::string_view line)>& line);

private:
    bool fill(char* to, std::size_t bytes);
    void read_file(std::size_t bytes, bool wanted,
                   const std::function<void(std::string_view line)>& line);

    struct Close {
        void operator()(std::FILE* pipe) const { ::pclose(pipe); }
    };
    std::unique_ptr<std::FILE, Close> pipe_;
    std::string buffer_;
};

}  // namespace frugald::test
