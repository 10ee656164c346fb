#include <algorithm>
#include <cassert>
#include <limits>

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/divisor.h"
#include "daemon/store/codec/little_endian.h"
#include "daemon/store/codec/plan.h"

namespace frugald::codec {

namespace {

/// The values that there are, one after the other, and their limits.
struct Gathered {
    std::array<std::int64_t, block_length> values;
    unsigned count = 0;
    std::int64_t low = std::numeric_limits<std::int64_t>::max();
    std::int64_t high = std::numeric_limits<std::int64_t>::min();
};

void gather(const std::int64_t* values, std::uint64_t present, unsigned count, Gathered& all) {
    if (present == all_present(count)) {
        std::copy_n(values, count, all.values.begin());
        all.count = count;
    } else {
        for (; present != 0; present &= present - 1)
            all.values[all.count++] = values[__builtin_ctzll(present)];
    }
    for (unsigned i = 0; i < all.count; ++i) {
        all.low = std::min(all.low, all.values[i]);
        all.high = std::max(all.high, all.values[i]);
    }
}

template <class Word>
std::uint8_t* put_packed(std::span<const Word> values, unsigned width, std::uint8_t* out) {
    pack(values, width, out);
    return out + packed_size(values.size(), width);
}

template <class Word>
std::uint8_t* put_offsets(const Plan<Word>& plan, std::uint8_t* out) {
    const auto& [width, lift, exceptions, size] = plan.packing;
    if (exceptions == 0) return put_packed(plan.used(), width, out);
    Words<Word> slots, places;
    Words<std::uint64_t> parts;
    unsigned found = 0;
    std::uint64_t all_parts = 0;
    for (unsigned i = 0; i < plan.count; ++i) {
        slots[i] = plan.offsets[i] - static_cast<Word>(lift);
        if (slots[i] >> width == 0) continue;
        places[found] = i;
        parts[found] = zigzag(static_cast<std::make_signed_t<Word>>(slots[i]) >> width);
        all_parts |= parts[found++];
    }
    assert(found == exceptions);
    const unsigned part_width = bits_needed(all_parts);
    const bool is_short = part_width < 16;
    *out++ = static_cast<std::uint8_t>(exceptions | (is_short ? part_width << 4 : 0));
    if (!is_short) *out++ = static_cast<std::uint8_t>(part_width);
    out = put_packed<Word>({places.data(), exceptions}, place_width, out);
    out = put_packed<std::uint64_t>({parts.data(), exceptions}, part_width, out);
    return put_packed<Word>({slots.data(), plan.count}, width, out);
}

std::uint8_t* put_present(std::uint64_t present, unsigned count, std::uint8_t* out) {
    std::uint8_t bits[8];
    store_le64(bits, present);
    return std::copy_n(bits, (count + 7) / 8, out);
}

/// The base against the reference, in units of the divisor; absent if it is between two of them.
std::optional<std::int64_t> steps_between(std::uint64_t reference, std::uint64_t base,
                                          std::uint64_t divisor) {
    const auto apart = static_cast<std::int64_t>(base - reference);
    const auto step = static_cast<std::int64_t>(divisor);
    if (step <= 0 || apart % step != 0) return std::nullopt;
    return apart / step;
}

/// What the header says beside the plan.
struct Header {
    std::uint64_t present;
    unsigned count;
    std::uint64_t lowest;
    std::uint64_t divisor;
};

/// Everything before the exceptions. Moves the context on.
template <class Word>
std::uint8_t* put_header(const Plan<Word>& plan, const Header& header, ColumnContext& context,
                         std::uint8_t* out) {
    const std::uint64_t base =
        header.lowest + header.divisor * static_cast<std::uint64_t>(plan.base);
    const auto reference = static_cast<std::uint64_t>(context.reference);
    const auto steps = steps_between(reference, base, header.divisor);
    unsigned extras = header.present == all_present(header.count) ? 0U : has_bitmap;
    if (header.divisor != context.divisor) extras |= has_divisor;
    if (plan.packing.exceptions > 0) extras |= has_exceptions;
    if (!steps) extras |= has_odd_base;
    const auto mode = static_cast<unsigned>(plan.mode);
    if (extras != 0) *out++ = static_cast<std::uint8_t>(extras_base + extras);
    *out++ = static_cast<std::uint8_t>(mode * width_codes + code_of(plan.packing.width));
    if (extras & has_bitmap) out = put_present(header.present, header.count, out);
    if (extras & has_divisor) out = put_varint(out, header.divisor);
    out = put_varint(out, zigzag(steps.value_or(static_cast<std::int64_t>(base - reference))));
    for (unsigned i = 0; i < parameter_count[mode]; ++i)
        out = put_varint(out, zigzag(plan.parameters[i]));
    context = {static_cast<std::int64_t>(base), header.divisor};
    return out;
}

template <class Word>
std::uint8_t* put_column(std::span<const std::uint64_t> offsets, std::uint64_t largest, Order order,
                         const Header& header, ColumnContext& context, std::uint8_t* out) {
    const ExactDivisor exact{header.divisor};
    Words<Word> y;
    for (std::size_t i = 0; i < offsets.size(); ++i)
        y[i] = static_cast<Word>(exact.quotient(offsets[i]));
    const bool has_extras =
        header.present != all_present(header.count) || header.divisor != context.divisor;
    std::array<Plan<Word>, mode_count> plans;
    const auto& plan = choose_plan<Word>({y.data(), offsets.size()}, static_cast<Word>(largest),
                                         order, has_extras ? 0 : 1, plans);
    return put_offsets(plan, put_header(plan, header, context, out));
}

}  // namespace

std::uint8_t* encode_column(const std::int64_t* values, std::uint64_t present, unsigned count,
                            Order order, ColumnContext& context, std::uint8_t* out) {
    assert(count >= 1 && count <= block_length && (present & ~all_present(count)) == 0);
    if (present == 0) return *out++ = all_missing, out;
    Gathered all;
    gather(values, present, count, all);
    const auto lowest = static_cast<std::uint64_t>(all.low);
    Words<std::uint64_t> offsets;
    for (unsigned i = 0; i < all.count; ++i)
        offsets[i] = static_cast<std::uint64_t>(all.values[i]) - lowest;
    const std::span<const std::uint64_t> used{offsets.data(), all.count};
    const auto range = static_cast<std::uint64_t>(all.high) - lowest;
    const Header header{present, count, lowest, choose_divisor(used, range, context.divisor)};
    const std::uint64_t largest = range / header.divisor;
    const auto put = largest < narrow_limit ? put_column<std::uint32_t> : put_column<std::uint64_t>;
    return put(used, largest, order, header, context, out);
}

}  // namespace frugald::codec
