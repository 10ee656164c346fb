#pragma once

#include <optional>

#include "daemon/telemetry/balance.h"

namespace frugald {

/// What the trails say of a source in the light of a balance it is in.
class TrailFacts {
public:
    explicit TrailFacts(const Ledger& ledger) : ledger_(ledger) {}

    /// Over the newest `looks`; absent when fewer than half of them have a value.
    std::optional<double> mean(const std::string& source, std::size_t looks = 30) const;
    /// What the source should read if all others of the balance are right, over the last window.
    double implied(const std::string& source, const Balance& one) const;
    /// What it read in that window.
    double read(const std::string& source, const Balance& one) const;
    /// The same number for two minutes or more, while what it should read has moved by more than
    /// the tolerance. The range of that, in watts.
    struct Range {
        double low = 0;
        double high = 0;
    };
    std::optional<Range> moved_meanwhile(const std::string& source, const Balance& one) const;

private:
    using Trail = std::deque<std::optional<double>>;
    const Trail* trail(const std::string& source) const;
    std::optional<double> at(const std::string& source, std::size_t back) const;
    std::optional<double> implied_at(const std::string& source, const Balance& one,
                                     std::size_t back) const;
    const Ledger& ledger_;
};

}  // namespace frugald
