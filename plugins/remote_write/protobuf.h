#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// The five messages of remote write 1.0, written as libprotobuf would (prompb/remote.proto):
//   WriteRequest {TimeSeries timeseries = 1;}
//   TimeSeries   {Label labels = 1; Sample samples = 2;}
//   Label        {string name = 1; string value = 2;}
//   Sample       {double value = 1; int64 timestamp = 2;}
namespace frugald::remote_write::protobuf {

constexpr char field_1_text = 0x0a, field_2_text = 0x12;  // tags: number and wire type
constexpr char field_1_double = 0x09, field_2_varint = 0x10;
constexpr std::size_t largest_sample = 2 + 9 + 11;

inline char* put_varint(char* to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
    *to++ = static_cast<char>(value);
    return to;
}
inline std::size_t varint_size(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

inline void append_varint(std::string& out, std::uint64_t value) {
    char bytes[10];
    out.append(bytes, static_cast<std::size_t>(put_varint(bytes, value) - bytes));
}
inline void append_text(std::string& out, char tag, std::string_view text) {
    out += tag;
    append_varint(out, text.size());
    out += text;
}
inline void append_label(std::string& out, std::string_view name, std::string_view value) {
    out += field_1_text;
    append_varint(
        out, 2 + varint_size(name.size()) + name.size() + varint_size(value.size()) + value.size());
    append_text(out, field_1_text, name);
    append_text(out, field_2_text, value);
}

/// One of the samples of a TimeSeries, its tag and length included. Zeros are left out, as
/// proto3 has it, but not -0.0.
inline char* put_sample(char* to, double value, std::int64_t at_ms) {
    *to++ = field_2_text;
    char* const length = to++;
    if (std::bit_cast<std::uint64_t>(value) != 0) {
        *to++ = field_1_double;
        std::memcpy(to, &value, sizeof value);  // little-endian
        to += sizeof value;
    }
    if (at_ms != 0) {
        *to++ = field_2_varint;
        to = put_varint(to, static_cast<std::uint64_t>(at_ms));
    }
    *length = static_cast<char>(to - length - 1);
    return to;
}

}  // namespace frugald::remote_write::protobuf
