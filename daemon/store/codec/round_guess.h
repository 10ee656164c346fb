#pragma once

#include "daemon/store/codec/round.h"

namespace frugald::codec {

/// What the round before says of the devices of one block: the same for the writer and the reader,
/// who both have that round.
class RoundGuess {
public:
    /// `before`: the group of the same set in the round before, or null.
    explicit RoundGuess(const RoundGroup* before)
        : before_(before != nullptr && !before->devices.empty() ? before : nullptr) {}

    /// Looks for these devices, which come after those of the call before.
    void look_for(std::span<const std::uint32_t> devices);

    /// Values guessed for a sensor, one per device; all 0 when nothing is known.
    void values(std::size_t sensor, std::int64_t* guesses) const;
    /// Offsets in ms, in the same way.
    void offsets(std::int64_t* guesses) const;
    /// False: there are no guesses for this set.
    bool known() const { return before_ != nullptr; }

private:
    const RoundGroup* before_;
    std::size_t next_ = 0;  // of `before_`'s devices
    unsigned count_ = 0;
    std::array<std::size_t, block_length> sources_{};  // index of a device in `before_`
    std::array<std::size_t, block_length> places_{};   // of its first sensor's value
};

}  // namespace frugald::codec
