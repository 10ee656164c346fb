#include "daemon/store/codec/plan.h"

#include <algorithm>
#include <type_traits>

namespace frugald::codec {

namespace {

template <class Word>
std::int64_t with_sign(Word number) {
    return static_cast<std::make_signed_t<Word>>(number);
}

template <class Word>
std::size_t size_of(const Plan<Word>& plan) {
    std::size_t bytes = plan.packing.size;
    for (unsigned i = 0; i < parameter_count[static_cast<unsigned>(plan.mode)]; ++i)
        bytes += varint_size(zigzag(plan.parameters[i]));
    return bytes;
}

/// Makes the offsets of signed numbers: their distances from the lowest, which is returned.
template <class Word>
std::int64_t measure(Plan<Word>& plan, std::size_t flag_size) {
    using Signed = std::make_signed_t<Word>;
    auto low = static_cast<Signed>(plan.offsets[0]), high = low;
    for (const Word number : plan.used()) {
        low = std::min(low, static_cast<Signed>(number));
        high = std::max(high, static_cast<Signed>(number));
    }
    const auto lowest = static_cast<Word>(low);
    for (unsigned i = 0; i < plan.count; ++i) plan.offsets[i] -= lowest;
    plan.packing = best_packing(plan.used(), static_cast<Word>(high) - lowest, flag_size);
    return with_sign(static_cast<Word>(lowest + static_cast<Word>(plan.packing.lift)));
}

template <class Word>
void plan_delta(std::span<const Word> y, std::size_t flag_size, Plan<Word>& plan) {
    plan.mode = Mode::delta;
    plan.count = static_cast<unsigned>(y.size()) - 1;
    for (unsigned i = 0; i < plan.count; ++i) plan.offsets[i] = y[i + 1] - y[i];
    plan.base = with_sign(y[0]);
    plan.parameters[0] = measure(plan, flag_size);
}

template <class Word>
void plan_delta_of_delta(std::span<const Word> y, std::size_t flag_size, Plan<Word>& plan) {
    plan.mode = Mode::delta_of_delta;
    plan.count = static_cast<unsigned>(y.size()) - 2;
    for (unsigned i = 0; i < plan.count; ++i) plan.offsets[i] = y[i + 2] - 2 * y[i + 1] + y[i];
    plan.base = with_sign(y[0]);
    plan.parameters[0] = with_sign(y[1] - y[0]);
    plan.parameters[1] = measure(plan, flag_size);
}

/// The period of most: late answers and gaps do not move a median. Rounded, because sites poll
/// every 1, 2, 5, 10 seconds, and the error would add up over the block.
template <class Word>
Word slope_of(std::span<const Word> y) {
    std::array<std::int64_t, block_length> deltas;
    const std::size_t count = y.size() - 1;
    for (std::size_t i = 0; i < count; ++i) deltas[i] = with_sign(y[i + 1] - y[i]);
    const auto end = deltas.begin() + static_cast<std::ptrdiff_t>(count);
    const auto middle = deltas.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(deltas.begin(), middle, end);
    constexpr std::int64_t step = 100;
    const std::int64_t rest = *middle % step;
    return static_cast<Word>(*middle - rest) + (rest >= step / 2 ? static_cast<Word>(step) : 0);
}

template <class Word>
void plan_line(std::span<const Word> y, std::size_t flag_size, Plan<Word>& plan) {
    plan.mode = Mode::line;
    plan.count = static_cast<unsigned>(y.size());
    const Word slope = slope_of(y);
    for (unsigned i = 0; i < plan.count; ++i) plan.offsets[i] = y[i] - i * slope;
    plan.parameters[0] = with_sign(slope);
    plan.base = measure(plan, flag_size);
}

}  // namespace

template <class Word>
const Plan<Word>& choose_plan(std::span<const Word> y, Word largest, Order order,
                              std::size_t flag_size, std::array<Plan<Word>, mode_count>& plans) {
    auto& raw = plans[0];
    raw.mode = Mode::raw;
    raw.count = static_cast<unsigned>(y.size());
    std::ranges::copy(y, raw.offsets.begin());
    raw.packing = best_packing(raw.used(), largest, flag_size);
    raw.base = static_cast<std::int64_t>(raw.packing.lift);
    const Plan<Word>* best = &raw;
    std::size_t smallest = size_of(raw);
    const auto consider = [&](auto make, Plan<Word>& plan) {
        make(y, flag_size, plan);
        if (const auto size = size_of(plan); size < smallest) best = &plan, smallest = size;
    };
    if (order == Order::unordered || smallest == 0 || y.size() < 3) return *best;
    consider(plan_delta<Word>, plans[1]);
    // Where differences do not shrink the numbers, theirs will not.
    if (best != &raw) consider(plan_delta_of_delta<Word>, plans[2]);
    if (order == Order::times) consider(plan_line<Word>, plans[3]);
    return *best;
}

template const Plan<std::uint32_t>& choose_plan(std::span<const std::uint32_t>, std::uint32_t,
                                                Order, std::size_t,
                                                std::array<Plan<std::uint32_t>, mode_count>&);
template const Plan<std::uint64_t>& choose_plan(std::span<const std::uint64_t>, std::uint64_t,
                                                Order, std::size_t,
                                                std::array<Plan<std::uint64_t>, mode_count>&);

}  // namespace frugald::codec
