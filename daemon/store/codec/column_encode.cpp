#include <algorithm>
#include <cassert>

#include "daemon/store/codec/bits.h"
#include "daemon/store/codec/column_format.h"
#include "daemon/store/codec/little_endian.h"
#include "daemon/store/codec/packing.h"

namespace frugald::codec {

namespace {

using Numbers = std::array<std::uint64_t, block_length>;

/// One way to write a column. Numbers are modulo 2^64; they are signed where it says so.
struct Plan {
    Mode mode;
    unsigned count;  // offsets
    Numbers offsets;
    std::uint64_t base = 0;            // of y, in units of the divisor
    std::uint64_t parameters[2] = {};  // signed
    Packing packing;

    std::span<const std::uint64_t> used() const { return {offsets.data(), count}; }
    std::size_t size() const {
        std::size_t bytes = packing.size;
        for (unsigned i = 0; i < parameter_count[static_cast<unsigned>(mode)]; ++i)
            bytes += varint_size(zigzag(static_cast<std::int64_t>(parameters[i])));
        return bytes;
    }
};

/// Makes the offsets of signed numbers: their distances from the lowest, which is returned.
std::uint64_t measure(Plan& plan, std::size_t flag_size) {
    auto low = static_cast<std::int64_t>(plan.offsets[0]), high = low;
    for (const auto number : plan.used()) {
        low = std::min(low, static_cast<std::int64_t>(number));
        high = std::max(high, static_cast<std::int64_t>(number));
    }
    const auto lowest = static_cast<std::uint64_t>(low);
    for (unsigned i = 0; i < plan.count; ++i) plan.offsets[i] -= lowest;
    plan.packing = best_packing(plan.used(), static_cast<std::uint64_t>(high) - lowest, flag_size);
    return lowest + plan.packing.lift;
}

void plan_delta(const Numbers& y, unsigned count, std::size_t flag_size, Plan& plan) {
    plan.mode = Mode::delta;
    plan.count = count - 1;
    for (unsigned i = 1; i < count; ++i) plan.offsets[i - 1] = y[i] - y[i - 1];
    plan.base = y[0];
    plan.parameters[0] = measure(plan, flag_size);
}

void plan_delta_of_delta(const Numbers& y, unsigned count, std::size_t flag_size, Plan& plan) {
    plan.mode = Mode::delta_of_delta;
    plan.count = count - 2;
    for (unsigned i = 2; i < count; ++i) plan.offsets[i - 2] = y[i] - 2 * y[i - 1] + y[i - 2];
    plan.base = y[0];
    plan.parameters[0] = y[1] - y[0];
    plan.parameters[1] = measure(plan, flag_size);
}

/// The period of most: late answers and gaps do not move a median. Rounded, because sites poll
/// every 1, 2, 5, 10 seconds, and the error would add up over the block.
std::uint64_t slope_of(const Numbers& y, unsigned count) {
    std::array<std::int64_t, block_length> deltas;
    for (unsigned i = 1; i < count; ++i) deltas[i - 1] = static_cast<std::int64_t>(y[i] - y[i - 1]);
    const auto middle = deltas.begin() + (count - 1) / 2;
    std::nth_element(deltas.begin(), middle, deltas.begin() + (count - 1));
    constexpr std::int64_t step = 100;
    const std::int64_t rest = *middle % step;
    return static_cast<std::uint64_t>(*middle - rest) +
           (rest >= step / 2 ? static_cast<std::uint64_t>(step) : 0);
}

void plan_line(const Numbers& y, unsigned count, std::size_t flag_size, Plan& plan) {
    plan.mode = Mode::line;
    plan.count = count;
    const std::uint64_t slope = slope_of(y, count);
    for (unsigned i = 0; i < count; ++i) plan.offsets[i] = y[i] - i * slope;
    plan.parameters[0] = slope;
    plan.base = measure(plan, flag_size);
}

/// `y` counts from the lowest value, which is 0; the smallest of the plans that `order` allows.
const Plan& choose(const Numbers& y, std::uint64_t largest, unsigned count, Order order,
                   std::size_t flag_size, std::array<Plan, mode_count>& plans) {
    plans[0].mode = Mode::raw;
    plans[0].count = count;
    std::copy_n(y.begin(), count, plans[0].offsets.begin());
    plans[0].packing = best_packing(plans[0].used(), largest, flag_size);
    plans[0].base = plans[0].packing.lift;
    const Plan* best = &plans[0];
    std::size_t smallest = best->size();
    const auto consider = [&](auto make, Plan& plan) {
        make(y, count, flag_size, plan);
        if (const auto size = plan.size(); size < smallest) best = &plan, smallest = size;
    };
    if (order == Order::unordered || smallest == 0 || count < 3) return *best;
    consider(plan_delta, plans[1]);
    // Where differences do not shrink the numbers, theirs will not.
    if (best != &plans[0]) consider(plan_delta_of_delta, plans[2]);
    if (order == Order::times) consider(plan_line, plans[3]);
    return *best;
}

std::uint8_t* put_packed(std::span<const std::uint64_t> values, unsigned width, std::uint8_t* out) {
    pack(values, width, out);
    return out + packed_size(values.size(), width);
}

std::uint8_t* put_offsets(const Plan& plan, std::uint8_t* out) {
    const auto& [width, lift, exceptions, size] = plan.packing;
    if (lift == 0 && exceptions == 0) return put_packed(plan.used(), width, out);
    Numbers slots, places, parts;
    unsigned found = 0;
    std::uint64_t all_parts = 0;
    for (unsigned i = 0; i < plan.count; ++i) {
        slots[i] = plan.offsets[i] - lift;
        if (slots[i] >> width == 0) continue;
        places[found] = i;
        parts[found] = zigzag(static_cast<std::int64_t>(slots[i]) >> width);
        all_parts |= parts[found++];
    }
    assert(found == exceptions);
    const unsigned part_width = bits_needed(all_parts);
    *out++ = static_cast<std::uint8_t>(exceptions);
    *out++ = static_cast<std::uint8_t>(part_width);
    out = put_packed({slots.data(), plan.count}, width, out);
    out = put_packed({places.data(), exceptions}, place_width, out);
    return put_packed({parts.data(), exceptions}, part_width, out);
}

std::uint8_t* put_present(std::uint64_t present, unsigned count, std::uint8_t* out) {
    std::uint8_t bits[8];
    store_le64(bits, present);
    return std::copy_n(bits, (count + 7) / 8, out);
}

/// The values that there are, one after the other.
unsigned gather(const std::int64_t* values, std::uint64_t present, unsigned count,
                std::array<std::int64_t, block_length>& gathered) {
    if (present == all_present(count)) {
        std::copy_n(values, count, gathered.begin());
        return count;
    }
    unsigned found = 0;
    for (; present != 0; present &= present - 1)
        gathered[found++] = values[__builtin_ctzll(present)];
    return found;
}

}  // namespace

std::uint8_t* encode_column(const std::int64_t* values, std::uint64_t present, unsigned count,
                            Order order, std::int64_t& reference, std::uint8_t* out) {
    assert(count >= 1 && count <= block_length && (present & ~all_present(count)) == 0);
    std::array<std::int64_t, block_length> gathered;
    const unsigned found = gather(values, present, count, gathered);
    if (found == 0) return *out++ = all_missing, out;
    std::int64_t low = gathered[0], high = low;
    for (unsigned i = 1; i < found; ++i) {
        low = std::min(low, gathered[i]);
        high = std::max(high, gathered[i]);
    }
    const auto lowest = static_cast<std::uint64_t>(low);
    auto largest = static_cast<std::uint64_t>(high) - lowest;
    Numbers y;
    for (unsigned i = 0; i < found; ++i) y[i] = static_cast<std::uint64_t>(gathered[i]) - lowest;
    const std::uint64_t divisor = divide_by_common({y.data(), found});
    if (divisor > 1) largest /= divisor;

    unsigned extras = present == all_present(count) ? 0U : has_bitmap;
    if (divisor > 1) extras |= has_divisor;
    std::array<Plan, mode_count> plans;
    const Plan& plan = choose(y, largest, found, order, extras == 0 ? 1 : 0, plans);
    if (plan.packing.exceptions > 0) extras |= has_exceptions;

    const auto mode = static_cast<unsigned>(plan.mode);
    if (extras != 0) *out++ = static_cast<std::uint8_t>(extras_base + extras);
    *out++ = static_cast<std::uint8_t>(mode * width_codes + code_of(plan.packing.width));
    if (extras & has_bitmap) out = put_present(present, count, out);
    const auto base = static_cast<std::int64_t>(lowest + divisor * plan.base);
    out = put_varint(out, zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(base) -
                                                           static_cast<std::uint64_t>(reference))));
    reference = base;
    if (extras & has_divisor) out = put_varint(out, divisor);
    for (unsigned i = 0; i < parameter_count[mode]; ++i)
        out = put_varint(out, zigzag(static_cast<std::int64_t>(plan.parameters[i])));
    return put_offsets(plan, out);
}

}  // namespace frugald::codec
