#include "daemon/ledger/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace frugald {

namespace {

constexpr double enough_coverage = 0.9, least_coverage = 0.5;

const char* const below_one =
    "below 1 is impossible: a meter is missing in facility, one counts twice in it, or too much is "
    "subtracted";

std::string judged(PueState state, const PueTally& tally, double coverage) {
    switch (state) {
        case PueState::complete:
            return {};
        case PueState::impossible:
            return below_one;
        case PueState::incomplete:
            return fmt::format("both sides were measured in {:.0f} % of the time only",
                               100 * coverage);
        case PueState::insufficient:
            break;
    }
    if (coverage < least_coverage)
        return fmt::format("both sides were measured in {:.0f} % of the time, less than {:.0f} %",
                           100 * coverage, 100 * least_coverage);
    return tally.it == 0 ? "the IT side counted nothing" : std::string{};
}

}  // namespace

PueTally PueTally::scaled(double share) const {
    return {facility * share, subtracted * share, it * share,    facility_error * share,
            it_error * share, covered_s * share,  longest_gap_s, counter_resets};
}

PueTally& PueTally::operator+=(const PueTally& other) {
    facility += other.facility;
    subtracted += other.subtracted;
    it += other.it;
    facility_error += other.facility_error;
    it_error += other.it_error;
    covered_s += other.covered_s;
    longest_gap_s = std::max(longest_gap_s, other.longest_gap_s);
    counter_resets += other.counter_resets;
    return *this;
}

PueFigure PueTally::figure(Seconds elapsed) const {
    PueFigure figure;
    figure.covered = Seconds{covered_s};
    figure.longest_gap = Seconds{longest_gap_s};
    figure.counter_resets = counter_resets;
    figure.facility = Joules{facility};
    figure.subtracted = Joules{subtracted};
    figure.it = Joules{it};
    if (elapsed.count() > 0) figure.coverage = std::min(1.0, covered_s / elapsed.count());
    if (figure.coverage >= least_coverage && it > 0) {
        const double net = facility - subtracted;
        figure.value = net / it;
        figure.uncertainty = std::hypot(facility_error, *figure.value * it_error) / it;
        figure.state = *figure.value < 1                    ? PueState::impossible
                       : figure.coverage >= enough_coverage ? PueState::complete
                                                            : PueState::incomplete;
    }
    figure.note = judged(figure.state, *this, figure.coverage);
    return figure;
}

std::string PueTally::text() const {
    return fmt::format("1 {:.3f} {:.3f} {:.3f} {:.3f} {:.3f} {:.3f} {:.3f} {}", facility,
                       subtracted, it, facility_error, it_error, covered_s, longest_gap_s,
                       counter_resets);
}

std::optional<PueTally> PueTally::parse(const std::string& text) {
    std::istringstream words{text};
    words.imbue(std::locale::classic());
    int version = 0;
    PueTally tally;
    words >> version >> tally.facility >> tally.subtracted >> tally.it >> tally.facility_error >>
        tally.it_error >> tally.covered_s >> tally.longest_gap_s >> tally.counter_resets;
    return words && version == 1 ? std::optional{tally} : std::nullopt;
}

}  // namespace frugald
