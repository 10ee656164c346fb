#pragma once

#include <cstdint>
#include <string>

namespace frugald::test {

/// A disk that loses power, below SQLite, for all files that are opened while this lives: what was
/// written and not synced may be there afterwards or not, write by write.
class PowerCut {
public:
    explicit PowerCut(std::uint64_t seed);
    ~PowerCut();
    PowerCut(const PowerCut&) = delete;
    PowerCut& operator=(const PowerCut&) = delete;

    /// Power goes with the write or sync of this number, counted from now: from then on nothing
    /// reaches the disk, and every call fails.
    void cut_after(std::uint64_t operations);
    bool is_dark() const;
    /// Power is back, when nothing is open any more. Returns how many writes were lost.
    std::uint64_t restore();
};

}  // namespace frugald::test
