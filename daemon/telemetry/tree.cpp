#include "daemon/telemetry/tree.h"

#include <algorithm>
#include <map>
#include <set>

#include "daemon/telemetry/balance.h"

namespace frugald {

namespace {

void add(TreeSum& sum, const std::optional<double>& watts) {
    ++sum.all;
    if (!watts) return;
    ++sum.known;
    sum.watts.value += *watts;
}

std::optional<double> value_of(const Measurement* measured) {
    return measured ? std::optional{measured->value} : std::nullopt;
}

class TreeTaker {
public:
    TreeTaker(const PowerTree& feeds, const Snapshot& now) : feeds_(feeds), now_(now) {
        for (std::size_t i = 0; i < feeds.size(); ++i) index_[feeds[i].name] = i;
    }

    TreePicture take() {
        picture_.levels.resize(feeds_.size());
        for (std::size_t i = 0; i < feeds_.size(); ++i) describe_level(i);
        // Children stand behind their parents.
        for (std::size_t i = feeds_.size(); i-- > 0;) sum_up(i);
        for (std::size_t i = 0; i < feeds_.size(); ++i) rate(i);
        return std::move(picture_);
    }

private:
    /// The children of a level.
    struct Below {
        std::set<std::string> nodes;
        std::size_t places = 0;  // of nodes; more than nodes: some have two feeds
        bool unmeasured = false;
    };
    void describe_level(std::size_t at) {
        const PowerFeed& feed = feeds_[at];
        TreeLevel& level = picture_.levels[at];
        level.name = feed.name;
        level.kind = feed.kind;
        level.parent = feed.parent;
        level.redundant_with = feed.redundant_with;
        level.measured_by = meter_source(feed.meter);
        if (const auto power = measured_power(feed.meter, now_)) level.measured = {power->value};
        level.rating = feed.rated();
        level.rating_amperes = feed.rating_amperes;
        level.limit = feed.limit();
        level.limit_amperes = feed.limit_amperes();
        for (const auto& node : feed.nodes) add(level.nodes, value_of(fresh_power(now_, node)));
        const auto device = now_.devices.find(feed.meter.device);
        if (device == now_.devices.end()) return;
        for (const auto& part : device->second.parts) look_at(part, feed, level);
    }

    static void look_at(const PartMeasurement& part, const PowerFeed& feed, TreeLevel& level) {
        const bool whole = feed.meter.part == Part::total;
        const bool good = part.measured.quality == Quality::good;
        const auto value = good ? std::optional{part.measured.value} : std::nullopt;
        if (whole && part.part == Part::outlet && part.quantity == Quantity::power_watts)
            add(level.outlets, value);
        const bool mine = whole ? part.part == Part::line
                                : part.part == feed.meter.part && part.name == feed.meter.part_name;
        if (mine && part.quantity == Quantity::current_amperes)
            level.lines.push_back({part.name, value});
    }

    void sum_up(std::size_t at) {
        const PowerFeed& feed = feeds_[at];
        TreeLevel& level = picture_.levels[at];
        const Below& below = below_[feed.name];
        for (const auto& node : feed.nodes)
            if (!below.nodes.contains(node)) add(level.children, value_of(fresh_power(now_, node)));
        // Two feeds of one node that nothing measures count it in full each: not so their sum.
        const bool twice = below.unmeasured && below.places > below.nodes.size();
        if (level.measured)
            level.used = level.measured;
        else if (level.children.complete() && !twice)
            level.used = level.children.watts;
        else if (level.nodes.complete())
            level.used = level.nodes.watts;
        if (feed.parent.empty()) return;
        Below& above = below_[feed.parent];
        above.nodes.insert(feed.nodes.begin(), feed.nodes.end());
        above.places += feed.nodes.size();
        above.unmeasured = above.unmeasured || !level.measured;
        const auto parent = index_.find(feed.parent);
        if (parent == index_.end()) return;
        add(picture_.levels[parent->second].children,
            level.used ? std::optional{level.used->value} : std::nullopt);
    }

    void rate(std::size_t at) {
        TreeLevel& level = picture_.levels[at];
        if (level.limit && level.used) level.headroom = *level.limit - *level.used;
        level.headroom_amperes = amperes_left(level, nullptr, 0);
        const auto other = index_.find(level.redundant_with);
        if (level.redundant_with.empty() || other == index_.end()) return;
        const TreeLevel& lost = picture_.levels[other->second];
        if (!lost.used) return;
        const double dark = single_corded(feeds_[other->second], feeds_[at]);
        const double moves = std::max(0.0, lost.used->value - dark);
        if (level.headroom) level.headroom_one_lost = *level.headroom - Watts{moves};
        const double part = lost.used->value > 0 ? moves / lost.used->value : 0;
        level.headroom_one_lost_amperes = amperes_left(level, &lost, part);
    }

    /// Watts of the nodes that hang on `feed` alone; of what is not known none, so that rather too
    /// much moves.
    double single_corded(const PowerFeed& feed, const PowerFeed& other) const {
        double sum = 0;
        for (const auto& node : feed.nodes)
            if (!std::ranges::binary_search(other.nodes, node))
                if (const auto* power = fresh_power(now_, node)) sum += power->value;
        return sum;
    }

    /// On the fullest line, when `part` of the lost feed's current comes on top. Absent as soon as
    /// one line is not known.
    static std::optional<double> amperes_left(const TreeLevel& level, const TreeLevel* lost,
                                              double part) {
        if (!level.limit_amperes || level.lines.empty()) return std::nullopt;
        double fullest = 0;
        for (const auto& line : level.lines) {
            if (!line.amperes) return std::nullopt;
            double amperes = *line.amperes;
            if (lost) {
                const auto same = std::ranges::find(lost->lines, line.name, &TreeLine::name);
                if (same == lost->lines.end() || !same->amperes) return std::nullopt;
                amperes += *same->amperes * part;
            }
            fullest = std::max(fullest, amperes);
        }
        return *level.limit_amperes - fullest;
    }

    const PowerTree& feeds_;
    const Snapshot& now_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::map<std::string, Below, std::less<>> below_;  // by parent
    TreePicture picture_;
};

}  // namespace

TreePicture measure_tree(const PowerTree& feeds, const Snapshot& now) {
    return TreeTaker{feeds, now}.take();
}

const Measurement* fresh_part(const Device& device, Quantity quantity, Part part,
                              std::string_view name) {
    for (const auto& one : device.parts)
        if (one.quantity == quantity && one.part == part && one.name == name)
            return one.measured.quality == Quality::good ? &one.measured : nullptr;
    return nullptr;
}

std::optional<Measurement> measured_power(const FeedMeter& meter, const Snapshot& now) {
    const auto device = now.devices.find(meter.device);
    if (meter.device.empty() || device == now.devices.end()) return std::nullopt;
    if (const auto* own =
            fresh_part(device->second, Quantity::power_watts, meter.part, meter.part_name))
        return *own;
    std::optional<Measurement> sum;
    for (const auto& one : device->second.parts) {
        if (one.quantity != Quantity::power_watts || meter.part != Part::total) continue;
        if (one.part == Part::total) return std::nullopt;  // there is one, but it is too old
        if (one.part != Part::line) continue;
        if (one.measured.quality != Quality::good) return std::nullopt;
        if (!sum) {
            sum = one.measured;
            continue;
        }
        sum->value += one.measured.value;
        sum->at = std::min(sum->at, one.measured.at);
    }
    return sum;
}

const Measurement* fresh_power(const Snapshot& now, std::string_view node) {
    const auto found = now.nodes.find(node);
    if (found == now.nodes.end() || !found->second.power) return nullptr;
    return found->second.power->quality == Quality::good ? &*found->second.power : nullptr;
}

}  // namespace frugald
