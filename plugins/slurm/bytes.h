#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frugald::slurm {

/// Appends numbers (little-endian) and texts (length, then bytes) to a message.
class ByteWriter {
public:
    void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
    void u32(std::uint32_t value) { number(value, 4); }
    void i64(std::int64_t value) { number(static_cast<std::uint64_t>(value), 8); }
    void text(std::string_view value) {
        u32(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
    }
    std::string take() { return std::move(bytes_); }

private:
    void number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    std::string bytes_;
};

/// Takes them out again. After the first read past the end every read gives 0 or "" and `good`
/// is false for ever: one check at the end of a message is enough.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }
    std::string text() {
        const auto size = u32();
        if (!has(size)) return {};
        std::string value{rest_.substr(0, size)};
        rest_.remove_prefix(size);
        return value;
    }
    /// How many items of at least `least` bytes each follow. A number that the rest of the
    /// message cannot hold is an error, so that nothing is reserved for it.
    std::size_t count(std::size_t least) {
        const std::size_t items = u32();
        if (!good_ || items > rest_.size() / least) {
            good_ = false;
            return 0;
        }
        return items;
    }
    bool good() const { return good_; }
    /// Everything was read, nothing is left over.
    bool complete() const { return good_ && rest_.empty(); }

private:
    bool has(std::size_t bytes) {
        good_ = good_ && bytes <= rest_.size();
        return good_;
    }
    std::uint64_t number(unsigned bytes) {
        if (!has(bytes)) return 0;
        std::uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i)
            value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
        rest_.remove_prefix(bytes);
        return value;
    }
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace frugald::slurm
