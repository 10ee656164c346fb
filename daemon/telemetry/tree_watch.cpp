#include "daemon/telemetry/tree_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/telemetry/tree.h"

namespace frugald {

namespace {

int telling(std::string_view fault) { return fault == "disputed" ? 0 : fault == "drift" ? 1 : 2; }

}  // namespace

void TreeWatch::configured(PowerTree feeds) {
    feeds_ = std::move(feeds);
    looked_.reset();
    picture_.reset();
}

std::shared_ptr<const TreePicture> TreeWatch::look(const Snapshot& now) {
    if (feeds_.empty()) return nullptr;
    if (looked_ && now.at.steady - *looked_ < interval) return picture_;
    looked_ = now.at.steady;
    auto picture = std::make_shared<TreePicture>(measure_tree(feeds_, now));
    for (const auto& [source, text] : energy_.look(now))
        news_.push_back({source, true, fmt::format("{}: {}", source, text)});
    if (ledger_.look(feeds_, now)) judge(now);
    for (std::size_t i = 0; i < feeds_.size(); ++i)
        if (feeds_[i].meter.part == Part::total)
            picture->levels[i].energy = energy_.of(meter_source(feeds_[i].meter));
    count_larger(*picture);
    for (const auto& [source, suspicion] : suspicions_)
        picture->suspicions.push_back(suspicion.what);
    for (const auto& [name, suspicion] : lost_.lost()) picture->suspicions.push_back(suspicion);
    return picture_ = std::move(picture);
}

void TreeWatch::judge(const Snapshot& now) {
    note_lost(now);
    clear_settled();
    for (const auto& found : accuse(ledger_)) note(found, now.at.wall);
}

void TreeWatch::announce(const TreeSuspicion& what, bool begins) {
    const auto text =
        begins ? fmt::format("{} is suspect ({}): {}", what.source, what.fault, what.evidence)
               : fmt::format("{} is no longer suspect", what.source);
    news_.push_back({what.source, begins, text});
}

/// A balance belongs to the newest accusation that explains it.
void TreeWatch::note(const Accusation& found, WallTime at) {
    for (auto& [source, suspicion] : suspicions_)
        if (source != found.source)
            std::erase_if(suspicion.balances, [&found](const auto& key) {
                return std::ranges::find(found.balances, key) != found.balances.end();
            });
    const auto known = suspicions_.find(found.source);
    TreeSuspicion what{found.source, found.fault, found.evidence, at};
    bool news = true;
    if (known != suspicions_.end()) {
        const auto& before = known->second.what;
        what.since = before.since;
        // What was once recognised stays, though garbage may look right for a moment.
        news = telling(found.fault) > telling(before.fault);
        if (!news) what = before;
    }
    if (news) announce(what, true);
    suspicions_[found.source] = {what, found.balances};
}

/// A suspicion ends when what it explained agrees again, for as long as it took to begin.
void TreeWatch::clear_settled() {
    std::erase_if(suspicions_, [this](const auto& entry) {
        const auto settled = [this](const std::string& key) {
            const auto one = ledger_.balances().find(key);
            return one == ledger_.balances().end() || one->second.ok >= windows_to_accuse;
        };
        const bool over = std::ranges::all_of(entry.second.balances, settled);
        if (over) announce(entry.second.what, false);
        return over;
    });
}

void TreeWatch::note_lost(const Snapshot& now) {
    const auto before = lost_.lost();
    lost_.look(feeds_, ledger_, now.at.wall);
    for (const auto& [feed, what] : lost_.lost())
        if (!before.contains(feed)) announce(what, true);
    for (const auto& [feed, what] : before)
        if (!lost_.lost().contains(feed))
            news_.push_back({what.source, false, fmt::format("feed {} has load again", feed)});
}

/// More than its peers could ever be: that it is larger means nothing.
bool TreeWatch::implausibly_large(const Balance& one) const {
    return std::ranges::any_of(one.whole, [&](const auto& source) {
        const auto found = suspicions_.find(source);
        return found != suspicions_.end() && found->second.what.fault == "implausible" &&
               one.whole_watts > one.parts_watts;
    });
}

/// While two sides do not agree, the larger one counts, here and in every level above that is not
/// measured itself.
void TreeWatch::count_larger(TreePicture& picture) const {
    std::map<std::string, TreeLevel*> levels;
    for (auto& level : picture.levels) levels[level.name] = &level;
    for (const auto& [key, one] : ledger_.balances()) {
        if (one.out < windows_to_accuse || !levels.contains(one.level)) continue;
        if (implausibly_large(one)) continue;
        const double larger = std::max(one.whole_watts, one.parts_watts);
        const auto raise = [larger](TreeLevel& level) {
            const double above = larger - level.nodes.watts.value;
            level.surplus = std::max(level.surplus, Watts{above});
        };
        raise(*levels[one.level]);
        const auto pair = levels.find(levels[one.level]->redundant_with);
        if (one.whole.size() == 2 && pair != levels.end()) raise(*pair->second);
    }
    for (auto at = picture.levels.rbegin(); at != picture.levels.rend(); ++at) {
        const auto parent = levels.find(at->parent);
        if (parent != levels.end() && !parent->second->measured && at->surplus.value > 0)
            parent->second->surplus += at->surplus;
    }
}

}  // namespace frugald
