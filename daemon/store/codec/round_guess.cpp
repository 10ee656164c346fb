#include "daemon/store/codec/round_guess.h"

#include <algorithm>

namespace frugald::codec {

void RoundGuess::look_for(std::span<const std::uint32_t> devices) {
    count_ = static_cast<unsigned>(devices.size());
    if (!known()) return;
    const auto& before = before_->devices;
    for (unsigned i = 0; i < count_; ++i) {
        while (next_ < before.size() && before[next_] < devices[i]) ++next_;
        // That device, or the next one where it is new: nodes of one kind are neighbours.
        sources_[i] = std::min(next_, before.size() - 1);
        places_[i] = before_->column(sources_[i] / block_length, 0) * block_length +
                     sources_[i] % block_length;
    }
}

void RoundGuess::values(std::size_t sensor, std::int64_t* guesses) const {
    if (!known()) {
        std::fill_n(guesses, count_, 0);
        return;
    }
    const std::int64_t* column = before_->values.data() + sensor * block_length;
    for (unsigned i = 0; i < count_; ++i) guesses[i] = column[places_[i]];
}

void RoundGuess::offsets(std::int64_t* guesses) const {
    std::fill_n(guesses, count_, 0);
    if (!known()) return;
    for (unsigned i = 0; i < count_; ++i) guesses[i] = before_->offset_ms[sources_[i]];
}

}  // namespace frugald::codec
