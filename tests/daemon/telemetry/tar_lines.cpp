#include "tests/daemon/telemetry/tar_lines.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace frugald::test {

namespace {

constexpr std::size_t block = 512;

}  // namespace

TarLines::TarLines(const std::filesystem::path& archive)
    : pipe_(::popen(("xz -dc '" + archive.string() + "'").c_str(), "r")) {
    if (!pipe_) throw std::runtime_error("xz does not start");
}

bool TarLines::fill(char* to, std::size_t bytes) {
    return std::fread(to, 1, bytes, pipe_.get()) == bytes;
}

void TarLines::read(const std::function<bool(std::string_view path)>& wanted,
                    const std::function<void(std::string_view line)>& line) {
    std::array<char, block> header{};
    while (fill(header.data(), block) && header[0] != '\0') {
        // POSIX ustar: name in bytes 0-99, size in octal in 124-135, type in 156.
        const std::string path{header.data(), ::strnlen(header.data(), 100)};
        const auto size = std::strtoull(std::string{&header[124], 12}.c_str(), nullptr, 8);
        const bool file = header[156] == '0' || header[156] == '\0';
        read_file(size, file && wanted(path), line);
    }
}

void TarLines::read_file(std::size_t bytes, bool wanted,
                         const std::function<void(std::string_view line)>& line) {
    buffer_.resize((bytes + block - 1) / block * block);
    if (!fill(buffer_.data(), buffer_.size())) throw std::runtime_error("the archive ends early");
    if (!wanted) return;
    std::string_view text{buffer_.data(), bytes};
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace frugald::test
