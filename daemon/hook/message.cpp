#include "daemon/hook/message.h"

namespace frugald::hook {

namespace {

constexpr std::string_view message_magic = "FRH1";
constexpr std::string_view ack_magic = "FRA1";

template <class Unsigned>
void append(std::string& to, Unsigned number) {
    for (std::size_t i = 0; i < sizeof number; ++i)
        to += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
}

template <class Unsigned>
Unsigned number_at(std::string_view bytes, std::size_t at) {
    Unsigned number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i)
        number |= static_cast<Unsigned>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return number;
}

/// Both headers begin alike: magic, a byte from `least` to `most`, three zeros.
bool begins(std::string_view header, std::string_view magic, int least, int most) {
    const auto word = static_cast<unsigned char>(header[4]);
    return header.starts_with(magic) && word >= least && word <= most &&
           header.substr(5, 3) == std::string_view{"\0\0\0", 3};
}

}  // namespace

const char* to_string(Verb verb) {
    switch (verb) {
        case Verb::suspend:
            return "suspend";
        case Verb::resume:
            return "resume";
        case Verb::resume_fail:
            return "resume-fail";
    }
    return "unknown";
}

std::string encode(const Message& message) {
    std::string bytes{message_magic};
    bytes += static_cast<char>(message.verb);
    bytes.append(3, '\0');
    append(bytes, static_cast<std::uint64_t>(message.called_at_ms));
    append(bytes, static_cast<std::uint32_t>(message.nodes.size()));
    append(bytes, static_cast<std::uint32_t>(message.resume_file.size()));
    return bytes + message.nodes + message.resume_file;
}

std::string encode(const Ack& ack) {
    const auto text = std::string_view{ack.text}.substr(0, longest_text);
    std::string bytes{ack_magic};
    bytes += static_cast<char>(ack.accepted ? 1 : 0);
    bytes.append(3, '\0');
    append(bytes, static_cast<std::uint32_t>(text.size()));
    return bytes.append(text);
}

std::optional<std::size_t> message_size(std::string_view header) {
    if (header.size() < header_size || !begins(header, message_magic, 1, 3)) return std::nullopt;
    const auto nodes = number_at<std::uint32_t>(header, 16);
    const auto file = number_at<std::uint32_t>(header, 20);
    if (nodes > longest_nodes || file > longest_file) return std::nullopt;
    return header_size + nodes + file;
}

std::optional<std::size_t> ack_size(std::string_view header) {
    if (header.size() < ack_header_size || !begins(header, ack_magic, 0, 1)) return std::nullopt;
    const auto text = number_at<std::uint32_t>(header, 8);
    if (text > longest_text) return std::nullopt;
    return ack_header_size + text;
}

std::optional<Message> decode_message(std::string_view bytes) {
    const auto size = message_size(bytes);
    if (!size || *size != bytes.size()) return std::nullopt;
    const auto nodes = number_at<std::uint32_t>(bytes, 16);
    return Message{static_cast<Verb>(bytes[4]),
                   static_cast<std::int64_t>(number_at<std::uint64_t>(bytes, 8)),
                   std::string{bytes.substr(header_size, nodes)},
                   std::string{bytes.substr(header_size + nodes)}};
}

std::optional<Ack> decode_ack(std::string_view bytes) {
    const auto size = ack_size(bytes);
    if (!size || *size != bytes.size()) return std::nullopt;
    return Ack{bytes[4] == 1, std::string{bytes.substr(ack_header_size)}};
}

}  // namespace frugald::hook
