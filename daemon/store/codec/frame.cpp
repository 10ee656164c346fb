#include "daemon/store/codec/frame.h"

#include <fmt/format.h>

#include "daemon/store/codec/crc32c.h"

namespace frugald::codec {

namespace {

constexpr std::uint8_t first_byte = 'f';
constexpr std::uint8_t version = 1;
constexpr std::size_t sum_at = 3;
constexpr std::size_t body_at = 7;

std::uint32_t sum_of(std::span<const std::uint8_t> blob) {
    return crc32c(blob.subspan(body_at), crc32c(blob.first(sum_at)));
}

const char* name_of(Kind kind) {
    switch (kind) {
        case Kind::chunk:
            return "chunk";
        case Kind::round:
            return "round";
        case Kind::cells:
            return "row of cells";
    }
    return "blob";
}

}  // namespace

void begin_frame(std::vector<std::uint8_t>& blob, Kind kind) {
    blob.assign({first_byte, static_cast<std::uint8_t>(kind), version, 0, 0, 0, 0});
}

void seal_frame(std::vector<std::uint8_t>& blob) {
    const std::uint32_t sum = sum_of(blob);
    for (unsigned i = 0; i < 4; ++i) blob[sum_at + i] = static_cast<std::uint8_t>(sum >> (8 * i));
}

Result<std::span<const std::uint8_t>> open_frame(std::span<const std::uint8_t> blob, Kind kind) {
    const char* name = name_of(kind);
    if (blob.size() < body_at)
        return fail(Fault::invalid, fmt::format("a stored {} of {} bytes is cut short: they are "
                                                "lost, and nothing else is",
                                                name, blob.size()));
    if (blob[0] != first_byte || blob[1] != static_cast<std::uint8_t>(kind))
        return fail(Fault::invalid, fmt::format("what is stored in place of a {} is none", name));
    if (blob[2] != version)
        return fail(Fault::invalid,
                    fmt::format("a stored {} has the format version {}, and this frugald reads "
                                "version {}: use the release that wrote it",
                                name, blob[2], version));
    std::uint32_t stored = 0;
    for (unsigned i = 0; i < 4; ++i) stored |= std::uint32_t{blob[sum_at + i]} << (8 * i);
    if (stored != sum_of(blob))
        return fail(Fault::invalid, fmt::format("a stored {} is damaged (its checksum does not "
                                                "match): restore the file from a backup",
                                                name));
    return blob.subspan(body_at);
}

}  // namespace frugald::codec
