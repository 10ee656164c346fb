#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/modbus/profile.h"

namespace frugald::modbus {

/// Registers that belong together: one number.
struct Field {
    int function = 3;
    unsigned first = 0;
    unsigned count = 0;
    auto operator<=>(const Field&) const = default;
};

/// What one request asks for, and the fields it is asked for.
struct Block {
    int function = 3;
    unsigned first = 0;
    unsigned count = 0;
    std::vector<Field> fields{};
};

/// As few blocks as `shape` allows. A field that touches a hole, or ends beyond 65535, is left out.
std::vector<Block> plan_blocks(std::vector<Field> fields, const Shape& shape);

/// Two smaller blocks for the same fields, parted at the widest gap; none for a single field.
std::vector<Block> split(const Block& block);

/// The registers that one poll brought.
class Image {
public:
    void put(int function, unsigned first, std::vector<std::uint16_t> registers);
    /// Empty unless all of them are there.
    std::span<const std::uint16_t> at(const Field& field) const;

private:
    struct Piece {
        int function;
        unsigned first;
        std::vector<std::uint16_t> registers;
    };
    std::vector<Piece> pieces_;
};

}  // namespace frugald::modbus
