#include "plugins/modbus/blocks.h"

#include <algorithm>

namespace frugald::modbus {

namespace {

constexpr unsigned end_of_addresses = 65536;

bool touches_hole(unsigned first, unsigned end, const Shape& shape) {
    return std::ranges::any_of(shape.holes, [first, end](const Hole& hole) {
        return first <= hole.last && end > hole.first;
    });
}

unsigned end_of(const Field& field) { return field.first + field.count; }

Block block_of(std::span<const Field> fields) {
    Block block{fields.front().function, fields.front().first, 0, {}};
    unsigned end = 0;
    for (const auto& field : fields) end = std::max(end, end_of(field));
    block.count = end - block.first;
    block.fields.assign(fields.begin(), fields.end());
    return block;
}

bool fits(const Block& block, const Field& field, const Shape& shape) {
    const unsigned end = block.first + block.count;
    return field.function == block.function && field.first <= end + shape.most_gap &&
           std::max(end, end_of(field)) - block.first <= shape.most_registers &&
           !touches_hole(block.first, end_of(field), shape);
}

}  // namespace

std::vector<Block> plan_blocks(std::vector<Field> fields, const Shape& shape) {
    std::erase_if(fields, [&shape](const Field& field) {
        return end_of(field) > end_of_addresses || field.count > shape.most_registers ||
               touches_hole(field.first, end_of(field), shape);
    });
    std::ranges::sort(fields);
    const auto repeated = std::ranges::unique(fields);
    fields.erase(repeated.begin(), repeated.end());
    std::vector<Block> blocks;
    for (const auto& field : fields) {
        if (blocks.empty() || !fits(blocks.back(), field, shape)) {
            blocks.push_back(block_of(std::span{&field, 1}));
            continue;
        }
        auto& block = blocks.back();
        block.count = std::max(block.first + block.count, end_of(field)) - block.first;
        block.fields.push_back(field);
    }
    return blocks;
}

std::vector<Block> split(const Block& block) {
    const auto& fields = block.fields;
    if (fields.size() < 2) return {};
    // Of gaps alike, the one nearest to the middle.
    std::size_t at = fields.size() / 2;
    const auto gap = [&fields](std::size_t i) {
        const unsigned end = end_of(fields[i - 1]);
        return fields[i].first > end ? fields[i].first - end : 0;
    };
    for (std::size_t i = 1; i < fields.size(); ++i)
        if (gap(i) > gap(at)) at = i;
    const std::span all{fields};
    return {block_of(all.first(at)), block_of(all.subspan(at))};
}

void Image::put(int function, unsigned first, std::vector<std::uint16_t> registers) {
    pieces_.push_back({function, first, std::move(registers)});
}

std::span<const std::uint16_t> Image::at(const Field& field) const {
    for (const auto& piece : pieces_)
        if (piece.function == field.function && field.first >= piece.first &&
            field.first + field.count <= piece.first + piece.registers.size())
            return std::span{piece.registers}.subspan(field.first - piece.first, field.count);
    return {};
}

}  // namespace frugald::modbus
