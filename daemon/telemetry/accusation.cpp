#include "daemon/telemetry/accusation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "daemon/telemetry/miswired.h"
#include "daemon/telemetry/trail_facts.h"

namespace frugald {

namespace {

/// Neighbours of a balance that is out may lag by a window or two.
constexpr unsigned windows_to_count = 3;
constexpr double absurd_factor = 4;
constexpr double most_room_watts = 20e6;
/// The likeliest must be ahead of the next by this much of a balance.
constexpr double lead = 0.5;

class Judge {
public:
    explicit Judge(const Ledger& ledger) : ledger_(ledger), facts_(ledger) {}

    std::vector<Accusation> judge() {
        for (const auto& [key, one] : ledger_.balances())
            if (one.out >= windows_to_count) open_.insert(key);
        if (ripe()) index();
        if (!ripe()) return {};
        for (auto& miswired : find_miswired(ledger_, open_)) close(std::move(miswired));
        while (ripe()) close(accuse_likeliest());
        return std::move(found_);
    }

private:
    struct Candidate {
        std::string source;
        double score = 0;
        bool stuck = false;
    };

    bool ripe() const {
        return std::ranges::any_of(open_, [this](const auto& key) {
            return ledger_.balances().at(key).out >= windows_to_accuse;
        });
    }

    void index() {
        for (const auto& [key, one] : ledger_.balances())
            for (const auto* side : {&one.whole, &one.parts})
                for (const auto& source : *side) of_[source].emplace_back(key, &one);
    }

    void close(Accusation found) {
        for (const auto& key : found.balances) open_.erase(key);
        found_.push_back(std::move(found));
    }

    std::set<std::string> candidates() const {
        std::set<std::string> sources;
        for (const auto& key : open_) {
            const Balance& one = ledger_.balances().at(key);
            sources.insert(one.whole.begin(), one.whole.end());
            sources.insert(one.parts.begin(), one.parts.end());
        }
        return sources;
    }

    /// One for every balance that it is in and that is out, less what its correction would spoil.
    Candidate weigh(const std::string& source) const {
        Candidate candidate{source};
        double by = 0;
        for (const auto& [key, found] : of_.at(source)) {
            if (!open_.contains(key)) continue;
            const Balance& one = *found;
            candidate.score += 1;
            const double should = facts_.implied(source, one);
            if (std::abs(should - facts_.read(source, one)) > std::abs(by))
                by = should - facts_.read(source, one);
            candidate.stuck = candidate.stuck || facts_.moved_meanwhile(source, one).has_value();
            // It would have to read what nothing reads: then it is right and the others are not.
            if (should < -50 || should > most_room_watts) candidate.score -= 2;
        }
        for (const auto& [key, one] : of_.at(source))
            if (one->ok > 0) candidate.score += one->mended(source, by);
        if (candidate.stuck) candidate.score += 1;
        return candidate;
    }

    Accusation accuse_likeliest() const {
        std::vector<Candidate> all;
        for (const auto& source : candidates()) all.push_back(weigh(source));
        std::ranges::stable_sort(all, std::ranges::greater{}, &Candidate::score);
        const Candidate& first = all.front();
        std::vector<std::string> explained;
        const Balance* worst = nullptr;
        for (const auto& key : open_) {
            const Balance& one = ledger_.balances().at(key);
            if (!one.contains(first.source)) continue;
            explained.push_back(key);
            if (!worst || std::abs(one.unusual()) > std::abs(worst->unusual())) worst = &one;
        }
        const bool unclear = all.size() > 1 && first.score - all[1].score < lead;
        if (unclear) return dispute(*worst, all, std::move(explained));
        return {first.source, fault(first, *worst), evidence(first, *worst), std::move(explained)};
    }

    Accusation dispute(const Balance& one, const std::vector<Candidate>& all,
                       std::vector<std::string> explained) const {
        return {one.whole.front(), "disputed",
                fmt::format("{} {:.0f} W, but {} {:.0f} W, and nothing else says which of {} and "
                            "{} is wrong",
                            list(one.whole), one.whole_watts, list(one.parts), one.parts_watts,
                            all[0].source, all[1].source),
                std::move(explained)};
    }

    std::string fault(const Candidate& who, const Balance& one) const {
        if (who.stuck) return "stuck";
        const double now = facts_.read(who.source, one), should = facts_.implied(who.source, one);
        const bool absurd = now < 0 || std::abs(now) > absurd_factor * std::abs(should) ||
                            std::abs(now) * absurd_factor < std::abs(should);
        return absurd ? "implausible" : "drift";
    }

    std::string evidence(const Candidate& who, const Balance& one) const {
        const double now = facts_.read(who.source, one), should = facts_.implied(who.source, one);
        const auto what = fault(who, one);
        if (what == "stuck")
            for (const auto& key : open_) {
                const Balance& each = ledger_.balances().at(key);
                if (!each.contains(who.source)) continue;
                if (const auto range = facts_.moved_meanwhile(who.source, each))
                    return fmt::format(
                        "{} has said {:.0f} W for minutes, while by its peers ({}) "
                        "it went from {:.0f} to {:.0f} W",
                        who.source, now, key, range->low, range->high);
            }
        if (what == "implausible")
            return fmt::format(
                "{} says {:.4g} W, its peers {:.0f} W, {:.2g} times as much: is the "
                "order of its words, its scale or its transformer ratio wrong?",
                who.source, now, should, should == 0 ? 0 : now / should);
        return fmt::format("{} says {:.0f} W, by its peers it is {:.0f} W ({:+.1f} %)", who.source,
                           now, should, should == 0 ? 0 : 100 * (now - should) / should);
    }

    static std::string list(const std::vector<std::string>& sources) {
        if (sources.size() == 1) return sources.front() + " says";
        return fmt::format("{} and {} more say", sources.front(), sources.size() - 1);
    }

    const Ledger& ledger_;
    TrailFacts facts_;
    std::set<std::string> open_;
    std::map<std::string, std::vector<std::pair<std::string, const Balance*>>> of_;  // by source
    std::vector<Accusation> found_;
};

}  // namespace

std::vector<Accusation> accuse(const Ledger& ledger) { return Judge{ledger}.judge(); }

}  // namespace frugald
