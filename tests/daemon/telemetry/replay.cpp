#include "tests/daemon/telemetry/replay.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>

#include "tests/daemon/telemetry/tar_lines.h"

namespace frugald::test {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// A number with a unit that frugald has a quantity for: "Sys Power | 10 Watts | ok".
struct SensorLine {
    std::string_view name;
    double value = 0;
    Quantity quantity{};
};

std::optional<SensorLine> parse(std::string_view line) {
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    if (first == line.npos || second == line.npos) return std::nullopt;
    const auto middle = trimmed(line.substr(first + 1, second - first - 1));
    SensorLine parsed{trimmed(line.substr(0, first))};
    const auto* end = middle.data() + middle.size();
    const auto [stop, error] = std::from_chars(middle.data(), end, parsed.value);
    if (error != std::errc{}) return std::nullopt;
    const std::string_view unit{stop, static_cast<std::size_t>(end - stop)};
    if (unit == " Watts")
        parsed.quantity = Quantity::power_watts;
    else if (unit == " degrees C")
        parsed.quantity = Quantity::temperature_celsius;
    else if (unit == " RPM")
        parsed.quantity = Quantity::fan_speed_rpm;
    else if (unit == " Volts")
        parsed.quantity = Quantity::voltage_volts;
    else if (unit == " Amps")
        parsed.quantity = Quantity::current_amperes;
    else
        return std::nullopt;
    return parsed;
}

Part part_of(const SensorLine& line) {
    const bool watts = line.quantity == Quantity::power_watts;
    if (watts && (line.name == "Sys Power" || line.name == "Pwr Consumption")) return Part::total;
    return watts && line.name.starts_with("PSU") ? Part::psu : Part::sensor;
}

/// Makes snapshots of the lines of one node's file.
class Snapshots {
public:
    /// Takes the readings of a minute; their names live as long as this.
    using Take = std::function<void(std::span<const Reading>)>;

    explicit Snapshots(Take take) : take_(std::move(take)) {}

    void line(std::string_view text) {
        if (text.starts_with("Timestamp:")) return close();
        const auto parsed = parse(text);
        if (!parsed) return;
        const Part part = part_of(*parsed);
        auto name = names_.find(parsed->name);
        if (name == names_.end()) name = names_.emplace(parsed->name).first;
        if (part == Part::total) total_name_ = *name;
        readings_.push_back({parsed->quantity, part,
                             part == Part::total ? std::string_view{} : *name, parsed->value});
    }
    /// After the last line.
    void close() {
        if (!readings_.empty()) take_(readings_);
        readings_.clear();
    }
    const std::string& total_name() const { return total_name_; }

private:
    Take take_;
    std::set<std::string, std::less<>> names_;
    std::string total_name_;
    std::vector<Reading> readings_;
};

/// One node's day. The totals' name is lost in the fleet: a node here has one total.
class NodeDay {
public:
    NodeDay(std::string node, ReplayResult& result) : node_(std::move(node)), result_(result) {
        fleet_.declare_node(node_);
    }
    ~NodeDay() {
        snapshots_.close();
        count();
    }
    NodeDay(const NodeDay&) = delete;

    void line(std::string_view text) { snapshots_.line(text); }

private:
    using Key = std::pair<Quantity, std::string>;
    struct Given {
        WallTime at{};
        double value = 0;
        bool accepted = false;
    };

    void take(std::span<const Reading> readings) {
        ++result_.snapshots;
        at_ += std::chrono::minutes{1};
        for (const auto& reading : readings)
            given_[{reading.quantity, std::string{reading.part_name}}].push_back(
                {at_, reading.value, false});
        fleet_.take({.device = node_, .source = "sdr", .at = at_, .readings = readings});
        for (const auto& accepted : fleet_.take_accepted())
            mark(given_[{accepted.quantity, accepted.part_name}], accepted);
    }

    static void mark(std::vector<Given>& given, const Sample& accepted) {
        // Two sensors of a node may have the same name.
        for (auto one = given.rbegin(); one != given.rend(); ++one)
            if (!one->accepted && one->at == accepted.at && one->value == accepted.value) {
                one->accepted = true;
                return;
            }
    }

    void count() {
        Snapshot picture;
        fleet_.describe(picture);
        for (const auto& [reason, times] : picture.counters.readings_rejected)
            result_.reasons[reason] += times;
        for (const auto& [key, given] : given_) count(key, given);
    }

    void count(const Key& key, const std::vector<Given>& given) {
        const bool watts = key.first == Quantity::power_watts;
        const std::string& name =
            watts && key.second.empty() ? snapshots_.total_name() : key.second;
        const double none = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t i = 0; i < given.size(); ++i) {
            ++result_.readings;
            result_.power_readings += watts;
            result_.accepted += given[i].accepted;
            if (given[i].accepted && watts) ++result_.accepted_watts[name][given[i].value];
            if (given[i].accepted) continue;
            if (i + 1 == given.size()) ++result_.waiting[name];
            result_.refused.push_back({node_, name, given[i].value, i ? given[i - 1].value : none,
                                       i + 1 < given.size() ? given[i + 1].value : none});
        }
    }

    std::string node_;
    ReplayResult& result_;
    Fleet fleet_{std::chrono::minutes{5}};
    WallTime at_ = from_unix_ms(1'748'908'800'000);
    Snapshots snapshots_{[this](std::span<const Reading> readings) { take(readings); }};
    std::map<Key, std::vector<Given>> given_;
};

/// ".../holy7c02103-2025-06-03.txt" -> "holy7c02103"
std::string node_of(std::string_view path) {
    const auto file = path.substr(path.rfind('/') + 1);
    return std::string{file.substr(0, file.find('-'))};
}

}  // namespace

std::filesystem::path recorded_day() {
    const char* const shared = std::getenv("FRUGALD_SHARED");
    const auto root = shared ? std::filesystem::path{shared}
                             : std::filesystem::path{FRUGALD_SOURCE_DIR} / "../shared";
    const auto archive = root / "traces/fasrc_ipmi_2025-06-03.tar.xz";
    const bool there =
        std::filesystem::exists(archive) && std::system("command -v xz >/dev/null") == 0;
    return there ? archive : std::filesystem::path{};
}

ReplayResult replay(const std::filesystem::path& archive, unsigned every) {
    ReplayResult result;
    TarLines lines{archive};
    std::unique_ptr<NodeDay> day;
    unsigned seen = 0;
    const auto wanted = [&](std::string_view path) {
        if (!path.ends_with(".txt") || seen++ % every != 0) return false;
        day = std::make_unique<NodeDay>(node_of(path), result);
        ++result.files;
        return true;
    };
    lines.read(wanted, [&day](std::string_view line) { day->line(line); });
    day.reset();
    if (result.files == 0) throw std::runtime_error("the archive has no files");
    return result;
}

void read_day(const std::filesystem::path& archive, unsigned every, const TakeMinute& take) {
    TarLines lines{archive};
    std::unique_ptr<Snapshots> snapshots;
    unsigned seen = 0;
    const auto wanted = [&](std::string_view path) {
        if (!path.ends_with(".txt") || seen++ % every != 0) return false;
        if (snapshots) snapshots->close();
        const auto take_minute = [&take, node = node_of(path)](std::span<const Reading> readings) {
            take(node, readings);
        };
        snapshots = std::make_unique<Snapshots>(take_minute);
        return true;
    };
    lines.read(wanted, [&snapshots](std::string_view line) { snapshots->line(line); });
    if (snapshots) snapshots->close();
}

}  // namespace frugald::test
