#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace frugald::room {

using View = std::span<const std::uint8_t>;

inline std::uint16_t little16(View bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | (bytes[at + 1] << 8));
}
inline std::uint32_t little32(View bytes, std::size_t at) {
    return static_cast<std::uint32_t>(little16(bytes, at)) |
           (static_cast<std::uint32_t>(little16(bytes, at + 2)) << 16);
}
inline View as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// A message being written: no heap, whole IPMI packets fit. What does not fit is dropped and
/// `overflown` says so.
class Packet {
public:
    static constexpr std::size_t capacity = 512;

    void put8(unsigned value) {
        if (size_ == capacity)
            overflown_ = true;
        else
            bytes_[size_++] = static_cast<std::uint8_t>(value);
    }
    void put16(unsigned value) {
        put8(value & 0xff);
        put8((value >> 8) & 0xff);
    }
    void put32(std::uint32_t value) {
        put16(value & 0xffff);
        put16(value >> 16);
    }
    void put(View bytes) {
        const std::size_t fits = std::min(bytes.size(), capacity - size_);
        overflown_ = overflown_ || fits < bytes.size();
        std::copy_n(bytes.begin(), fits, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += fits;
    }
    void fill(std::size_t count, unsigned value = 0) {
        while (count-- > 0) put8(value);
    }
    void clear() {
        size_ = 0;
        overflown_ = false;
    }
    void truncate(std::size_t size) { size_ = std::min(size, size_); }

    std::uint8_t& operator[](std::size_t at) { return bytes_[at]; }
    std::uint8_t operator[](std::size_t at) const { return bytes_[at]; }
    std::size_t size() const { return size_; }
    bool overflown() const { return overflown_; }
    View view(std::size_t from = 0) const { return View(bytes_.data(), size_).subspan(from); }
    std::uint8_t* data() { return bytes_.data(); }

private:
    std::array<std::uint8_t, capacity> bytes_;
    std::size_t size_ = 0;
    bool overflown_ = false;
};

}  // namespace frugald::room
