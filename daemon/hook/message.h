#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frugald::hook {

// The hand-over from Slurm's programs to the daemon. One message and one acknowledgement per
// connection; also the format of a spool file. Numbers are little-endian. Only the C++ library:
// frugald-hook is linked statically and knows nothing else.
//
//   "FRH1" u8 verb u8[3] zero i64 called_at_ms(unix) u32 nodes_size u32 file_size nodes file
//   "FRA1" u8 accepted(1)/refused(0) u8[3] zero u32 text_size text

enum class Verb : std::uint8_t { suspend = 1, resume = 2, resume_fail = 3 };
const char* to_string(Verb verb);

struct Message {
    Verb verb{};
    std::int64_t called_at_ms = 0;
    std::string nodes;        // slurmctld's hostlist, unparsed
    std::string resume_file;  // bytes of SLURM_RESUME_FILE, may be empty

    bool operator==(const Message&) const = default;
};

struct Ack {
    bool accepted = false;
    std::string text;

    bool operator==(const Ack&) const = default;
};

inline constexpr std::size_t header_size = 24;
inline constexpr std::size_t ack_header_size = 12;
// An argument has at most 128 KiB.
inline constexpr std::size_t longest_nodes = std::size_t{256} * 1024;
inline constexpr std::size_t longest_file = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t longest_text = 4096;

std::string encode(const Message& message);
std::string encode(const Ack& ack);

/// How many bytes the whole message has, from its first `header_size` bytes; nothing if they are
/// not the header of a message within the limits.
std::optional<std::size_t> message_size(std::string_view header);
std::optional<std::size_t> ack_size(std::string_view header);
/// Exactly one whole message, or nothing.
std::optional<Message> decode_message(std::string_view bytes);
std::optional<Ack> decode_ack(std::string_view bytes);

}  // namespace frugald::hook
