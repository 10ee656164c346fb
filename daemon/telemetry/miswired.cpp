#include "daemon/telemetry/miswired.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/telemetry/trail_facts.h"

namespace frugald {

namespace {

/// A BMC and the outlet that really feeds its node may differ by so much.
bool alike(double a, double b) {
    return std::abs(a - b) <= std::max(25.0, 0.08 * std::max(std::abs(a), std::abs(b)));
}

/// A node whose outlets do not fit its BMC.
struct Odd {
    std::string key;
    std::string bmc;
    double watts = 0;  // by the BMC
    double fed = 0;    // by the outlets
    std::vector<std::pair<std::string, double>> outlets;
};

struct Swap {
    const Odd* one = nullptr;
    const Odd* other = nullptr;
    std::pair<std::string, double> mine, theirs;
    double misfit = 0;
};

class Search {
public:
    Search(const Ledger& ledger, const std::set<std::string>& open)
        : ledger_(ledger), facts_(ledger) {
        for (const auto& key : open) {
            const Balance& one = ledger.balances().at(key);
            if (one.level.empty() && one.whole.front().starts_with("BMC of ")) note(key, one);
        }
    }

    std::vector<Accusation> find() {
        std::set<std::string> done;
        for (const auto& odd : odd_) {
            if (done.contains(odd.key)) continue;
            if (const auto swap = swap_of(odd, done)) {
                accuse(*swap);
                done.insert({odd.key, swap->other->key});
            } else if (find_stray(odd)) {
                done.insert(odd.key);
            }
        }
        return std::move(found_);
    }

private:
    void note(const std::string& key, const Balance& one) {
        Odd odd{key, one.whole.front(), 0, 0, {}};
        const auto watts = facts_.mean(odd.bmc);
        if (!watts) return;
        odd.watts = *watts;
        for (const auto& outlet : one.parts) {
            const auto value = facts_.mean(outlet);
            if (!value) return;
            odd.outlets.emplace_back(outlet, *value);
            odd.fed += *value;
        }
        odd_.push_back(std::move(odd));
    }

    std::optional<Swap> swap_of(const Odd& odd, const std::set<std::string>& done) const {
        std::optional<Swap> best;
        for (const auto& other : odd_) {
            if (&other == &odd || done.contains(other.key)) continue;
            for (const auto& mine : odd.outlets)
                for (const auto& theirs : other.outlets) {
                    const double moves = theirs.second - mine.second;
                    if (!alike(odd.fed + moves, odd.watts)) continue;
                    if (!alike(other.fed - moves, other.watts)) continue;
                    const double misfit = std::abs(odd.fed + moves - odd.watts) +
                                          std::abs(other.fed - moves - other.watts);
                    if (!best || misfit < best->misfit)
                        best = Swap{&odd, &other, mine, theirs, misfit};
                }
        }
        return best;
    }

    void accuse(const Swap& swap) {
        const auto text = fmt::format(
            "{} ({:.0f} W) follows the {} ({:.0f} W), not the {} ({:.0f} W); {} ({:.0f} W) the "
            "other way round: the two are swapped in the configuration or in the rack",
            swap.mine.first, swap.mine.second, swap.other->bmc, swap.other->watts, swap.one->bmc,
            swap.one->watts, swap.theirs.first, swap.theirs.second);
        found_.push_back({swap.mine.first, "miswired", text, {swap.one->key, swap.other->key}});
    }

    /// Another reading of the source would mend another balance: it is wrong itself.
    bool wrong_itself(const std::string& source, double by, const std::string& but) const {
        return std::ranges::any_of(ledger_.balances(), [&](const auto& entry) {
            const Balance& one = entry.second;
            return entry.first != but && one.contains(source) && one.mended(source, by) > 0.3;
        });
    }

    /// An outlet with the watts of one node, and of one only, for which no outlet is named.
    bool find_stray(const Odd& odd) {
        if (odd.outlets.size() != 1) return false;
        if (wrong_itself(odd.bmc, odd.fed - odd.watts, odd.key)) return false;
        if (wrong_itself(odd.outlets.front().first, odd.watts - odd.fed, odd.key)) return false;
        const auto& [outlet, watts] = odd.outlets.front();
        const std::string* match = nullptr;
        for (const auto& [source, trail] : ledger_.trails()) {
            if (!source.starts_with("BMC of ") || source == odd.bmc || has_outlets(source))
                continue;
            const auto theirs = facts_.mean(source);
            if (!theirs || !alike(*theirs, watts)) continue;
            if (match != nullptr) return false;
            match = &source;
        }
        if (match == nullptr) return false;
        found_.push_back({outlet,
                          "miswired",
                          fmt::format("{} ({:.0f} W) follows the {}, for which no outlet is named, "
                                      "not the {} ({:.0f} W)",
                                      outlet, watts, *match, odd.bmc, odd.watts),
                          {odd.key}});
        return true;
    }

    bool has_outlets(const std::string& bmc) const {
        return ledger_.balances().contains(bmc.substr(7) + " = its outlets");
    }

    const Ledger& ledger_;
    TrailFacts facts_;
    std::vector<Odd> odd_;
    std::vector<Accusation> found_;
};

}  // namespace

std::vector<Accusation> find_miswired(const Ledger& ledger, const std::set<std::string>& open) {
    return Search{ledger, open}.find();
}

}  // namespace frugald
