#include <algorithm>
#include <bit>

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/column_format.h"
#include "daemon/store/codec/little_endian.h"

namespace frugald::codec {

namespace {

using Numbers = std::array<std::uint64_t, block_length>;
using Bytes = std::span<const std::uint8_t>;

/// A column's header, and where the rest of it stands.
struct Layout {
    Mode mode = Mode::raw;
    unsigned width = 0;
    unsigned found = 0;  // values that are present
    std::uint64_t present = 0;
    std::uint64_t base = 0;
    std::uint64_t divisor = 1;
    std::uint64_t parameters[2] = {};
    std::uint8_t exceptions = 0;
    std::uint8_t part_width = 0;
    Bytes offsets, places, parts;

    unsigned offset_count() const { return found - given_values[static_cast<unsigned>(mode)]; }
};

tl::unexpected<Error> damaged_column(const char* what) { return fail(Fault::invalid, what); }
tl::unexpected<Error> cut_short() { return damaged_column("the column is cut short"); }

Result<void> read_present(Cursor& in, unsigned count, Layout& layout) {
    Bytes bytes;
    if (!in.take((count + 7) / 8, bytes)) return cut_short();
    std::uint8_t bits[8] = {};
    std::ranges::copy(bytes, bits);
    layout.present = load_le64(bits);
    if (layout.present == 0 || (layout.present & ~all_present(count)) != 0)
        return damaged_column("a column marks values as present that do not exist");
    layout.found = static_cast<unsigned>(std::popcount(layout.present));
    return {};
}

/// Divisor, base and parameters. Moves the context on.
Result<void> read_numbers(Cursor& in, unsigned extras, ColumnContext& context, Layout& layout) {
    if ((extras & has_divisor) && !in.take_varint(context.divisor)) return cut_short();
    if (context.divisor == 0) return damaged_column("a column has a divisor of 0");
    std::uint64_t steps;
    if (!in.take_varint(steps)) return cut_short();
    layout.divisor = context.divisor;
    layout.base =
        static_cast<std::uint64_t>(context.reference) +
        static_cast<std::uint64_t>(unzigzag(steps)) * (extras & has_odd_base ? 1 : layout.divisor);
    context.reference = static_cast<std::int64_t>(layout.base);
    for (unsigned i = 0; i < parameter_count[static_cast<unsigned>(layout.mode)]; ++i) {
        if (!in.take_varint(layout.parameters[i])) return cut_short();
        layout.parameters[i] = static_cast<std::uint64_t>(unzigzag(layout.parameters[i]));
    }
    return {};
}

Result<void> read_exceptions(Cursor& in, Layout& layout) {
    std::uint8_t head;
    if (!in.take(head)) return cut_short();
    layout.exceptions = head & 15;
    layout.part_width = head >> 4;
    if (layout.part_width == 0 && !in.take(layout.part_width)) return cut_short();
    if (layout.exceptions == 0 || layout.exceptions > layout.offset_count() ||
        layout.part_width > 64 || layout.width == 64)
        return damaged_column("a column has more exceptions than values, or too wide ones");
    if (!in.take(packed_size(layout.exceptions, place_width), layout.places) ||
        !in.take(packed_size(layout.exceptions, layout.part_width), layout.parts))
        return cut_short();
    return {};
}

Result<void> read_layout(Cursor& in, unsigned count, ColumnContext& context, Layout& layout) {
    std::uint8_t control;
    unsigned extras = 0;
    if (!in.take(control)) return cut_short();
    if (control == all_missing) return {};
    if (control >= extras_base) {
        extras = control - unsigned{extras_base};
        if (extras == 0 || extras > all_extras || !in.take(control) || control >= extras_base)
            return damaged_column("a column has an unknown form");
    }
    layout.mode = static_cast<Mode>(control / width_codes);
    layout.width = width_of(control % width_codes);
    layout.present = all_present(count);
    layout.found = count;
    if (extras & has_bitmap)
        if (auto read = read_present(in, count, layout); !read) return read;
    if (layout.found < given_values[static_cast<unsigned>(layout.mode)])
        return damaged_column("a column has too few values for its form");
    if (auto read = read_numbers(in, extras, context, layout); !read) return read;
    if (extras & has_exceptions)
        if (auto read = read_exceptions(in, layout); !read) return read;
    if (!in.take(packed_size(layout.offset_count(), layout.width), layout.offsets))
        return cut_short();
    return {};
}

/// What follows a column may be read with it: that is faster, and not used.
Bytes with_rest(Bytes part, const Cursor& in) {
    return {part.data(), in.left().data() + in.left().size()};
}

Result<void> add_exceptions(const Layout& layout, std::span<std::uint64_t> offsets) {
    Numbers places, parts;
    unpack(layout.places, place_width, {places.data(), layout.exceptions});
    unpack(layout.parts, layout.part_width, {parts.data(), layout.exceptions});
    for (unsigned i = 0; i < layout.exceptions; ++i) {
        if (places[i] >= offsets.size())
            return damaged_column("a column has an exception for a value that does not exist");
        offsets[places[i]] += static_cast<std::uint64_t>(unzigzag(parts[i])) << layout.width;
    }
    return {};
}

/// Turns offsets, which stand behind the given values, into the running values.
void run(const Layout& layout, Numbers& y) {
    const auto& [first, second] = layout.parameters;
    switch (layout.mode) {
        case Mode::raw:
            break;
        case Mode::delta:
            y[0] = 0;
            for (unsigned i = 1; i < layout.found; ++i) y[i] += y[i - 1] + first;
            break;
        case Mode::delta_of_delta:
            y[0] = 0;
            y[1] = first;
            for (std::uint64_t i = 2, delta = first; i < layout.found; ++i) {
                delta += second + y[i];
                y[i] = y[i - 1] + delta;
            }
            break;
        case Mode::line:
            for (unsigned i = 0; i < layout.found; ++i) y[i] += i * first;
            break;
    }
}

void scatter(const Layout& layout, unsigned count, const Numbers& y, Column& column) {
    column.present = layout.present;
    if (layout.found == count) {
        for (unsigned i = 0; i < count; ++i)
            column.values[i] = static_cast<std::int64_t>(layout.base + layout.divisor * y[i]);
        return;
    }
    std::uint64_t left = layout.present;
    for (unsigned i = 0; left != 0; ++i, left &= left - 1)
        column.values[static_cast<unsigned>(std::countr_zero(left))] =
            static_cast<std::int64_t>(layout.base + layout.divisor * y[i]);
}

}  // namespace

Result<void> skip_column(Cursor& in, unsigned count, ColumnContext& context) {
    Layout layout;
    return read_layout(in, count, context, layout);
}

Result<void> decode_column(Cursor& in, unsigned count, ColumnContext& context, Column& column) {
    Layout layout;
    if (auto read = read_layout(in, count, context, layout); !read) return read;
    if (layout.found == 0) {
        column.present = 0;
        return {};
    }
    Numbers y;
    const std::span<std::uint64_t> offsets{
        y.data() + given_values[static_cast<unsigned>(layout.mode)], layout.offset_count()};
    unpack(with_rest(layout.offsets, in), layout.width, offsets);
    if (layout.exceptions > 0)
        if (auto added = add_exceptions(layout, offsets); !added) return added;
    run(layout, y);
    scatter(layout, count, y, column);
    return {};
}

}  // namespace frugald::codec
