#include "plugins/remote_write/cursor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace frugald::remote_write {

namespace {

// Four lines after it at most: from, part_to and kind, device, source.
constexpr std::string_view first_line = "frugald remote_write 1";

std::string text_of(const Cursor& cursor) {
    auto text = fmt::format("{}\n{}\n", first_line, to_unix_ms(cursor.from));
    const auto fits = [](const std::string& name) { return name.find('\n') == name.npos; };
    if (cursor.part && fits(cursor.part->device) && fits(cursor.part->source))
        text += fmt::format("{} {}\n{}\n{}\n", to_unix_ms(cursor.part_to),
                            static_cast<int>(cursor.part->kind), cursor.part->device,
                            cursor.part->source);
    return text;
}

std::optional<Cursor> parse(const std::string& text) {
    std::istringstream in{text};
    std::string line;
    std::int64_t from_ms = 0, to_ms = 0;
    int kind = 0;
    if (!std::getline(in, line) || line != first_line || !(in >> from_ms)) return std::nullopt;
    Cursor cursor{.from = from_unix_ms(from_ms)};
    if (!(in >> to_ms >> kind)) return cursor;
    Stream part{.kind = static_cast<DeviceKind>(kind)};
    const bool whole = std::getline(in, line) && std::getline(in, part.device) &&
                       std::getline(in, part.source) && !in.eof();
    if (!whole) return std::nullopt;
    cursor.part = std::move(part);
    cursor.part_to = from_unix_ms(to_ms);
    return cursor;
}

tl::unexpected<Error> not_written(const std::filesystem::path& file) {
    return fail(Fault::unavailable,
                fmt::format("{} cannot be written: {}; after a restart readings may be sent twice",
                            file.string(), std::strerror(errno)));
}

}  // namespace

Result<std::optional<Cursor>> load_cursor(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in && errno == ENOENT) return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    auto cursor = parse(text);
    if (in.bad() || !cursor)
        return fail(Fault::unparsable,
                    fmt::format("{} does not say how far readings were sent", file.string()));
    return cursor;
}

Result<void> save_cursor(const std::filesystem::path& file, const Cursor& cursor) {
    const auto text = text_of(cursor);
    auto fresh = file;
    fresh += ".new";
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (out < 0) return not_written(fresh);
    const bool written =
        ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fdatasync(out) == 0;
    const auto failed = not_written(fresh);
    ::close(out);
    if (!written) return failed;
    if (::rename(fresh.c_str(), file.c_str()) != 0) return not_written(file);
    return {};
}

}  // namespace frugald::remote_write
