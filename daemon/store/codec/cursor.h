#pragma once

#include <cstdint>
#include <span>

namespace frugald::codec {

inline std::uint64_t zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

/// A varint: 7 bits a byte, the lowest first, the top bit set in all bytes but the last.
constexpr std::size_t max_varint = 10;
inline std::size_t varint_size(std::uint64_t value) {
    // 1 + floor(bits / 7) for bits of the number's highest bit, without a division.
    const auto highest = 63U - static_cast<unsigned>(__builtin_clzll(value | 1));
    return (highest * 9 + 73) / 64;
}
inline std::uint8_t* put_varint(std::uint8_t* out, std::uint64_t value) {
    for (; value >= 128; value >>= 7) *out++ = static_cast<std::uint8_t>(value | 128);
    *out++ = static_cast<std::uint8_t>(value);
    return out;
}

/// A place in bytes that are being read. Every `take` is checked: false at the end of the bytes,
/// and then nothing was taken.
class Cursor {
public:
    explicit Cursor(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    bool take(std::uint8_t& byte) {
        if (left_.empty()) return false;
        byte = left_.front();
        left_ = left_.subspan(1);
        return true;
    }
    bool take(std::size_t size, std::span<const std::uint8_t>& bytes) {
        if (left_.size() < size) return false;
        bytes = left_.first(size);
        left_ = left_.subspan(size);
        return true;
    }
    /// False also for a number of more than 64 bits.
    bool take_varint(std::uint64_t& value) {
        value = 0;
        for (std::size_t i = 0; i < left_.size() && i < max_varint; ++i) {
            const std::uint64_t part = left_[i] & 127;
            if (i == max_varint - 1 && part > 1) return false;
            value |= part << (7 * i);
            if (left_[i] >= 128) continue;
            left_ = left_.subspan(i + 1);
            return true;
        }
        return false;
    }
    std::span<const std::uint8_t> left() const { return left_; }

private:
    std::span<const std::uint8_t> left_;
};

}  // namespace frugald::codec
