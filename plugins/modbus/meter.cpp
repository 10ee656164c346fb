#include "plugins/modbus/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "daemon/core/log.h"

namespace frugald::modbus {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds slowest_retry = 60s;
constexpr auto look_again_after = 1h;

/// FNV-1a: any change of how the meter is read is another number.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : text)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    return hash;
}

/// The device, or what is behind the gateway, may do better later.
tl::unexpected<Error> not_now(int exception) {
    return fail(Fault::timeout, fmt::format("{}; asked again later", exception_text(exception)));
}

/// Illegal address; and some say illegal value when a block is too long for them.
bool is_refused(const Answer& answer) { return answer.exception == 2 || answer.exception == 3; }

}  // namespace

Meter::Meter(const MeterConfig& config, const Profile& profile)
    : config_(config), profile_(profile) {}

std::chrono::milliseconds Meter::next_after() const {
    const auto slower = config_.interval * health_.slowdown();
    return std::max(config_.interval, std::min(slower, slowest_retry));
}

Error Meter::failure(const Error& error) const {
    return {error.fault, fmt::format("meter {} (unit {} at {} port {}): {}", config_.name,
                                     config_.unit, config_.host, config_.port, error.text)};
}

Report Meter::record(SteadyTime start, Result<std::vector<NamedReading>> outcome) {
    Report report;
    report.device = config_.name;
    report.at = Instant::now().wall;
    report.took = std::chrono::steady_clock::now() - start;
    health_.record(outcome.has_value());
    if (outcome) {
        report.readings = *std::move(outcome);
        report.source = "modbus:" + profile_.name;
        const auto& site = config_.site;
        report.scale =
            digest(fmt::format("{} {} {} {} {} {}", profile_.name, model_.model, site.ct_ratio,
                               site.vt_ratio, site.reverse, site.order ? int(*site.order) : -1));
    } else {
        report.failure = failure(outcome.error());
    }
    return report;
}

Result<std::vector<NamedReading>> Meter::read(Link& link) {
    if (look_around_ || std::chrono::steady_clock::now() >= look_again_) {
        const auto looked = look_around(link);
        if (!looked) return tl::unexpected{looked.error()};
    }
    const auto image = read_blocks(link);
    if (!image) return tl::unexpected{image.error()};
    if (const auto same = check_model(*image); !same) return tl::unexpected{same.error()};
    return decode_all(*image);
}

Result<void> Meter::look_around(Link& link) {
    const auto found = find_points(link);
    if (!found) return found;
    auto fields = fields_of(points_);
    if (profile_.sunspec()) fields.push_back({profile_.function, model_.start, 1});
    blocks_ = plan_blocks(std::move(fields), profile_.shape);
    look_around_ = false;
    look_again_ = std::chrono::steady_clock::now() + look_again_after;
    return {};
}

Result<void> Meter::find_points(Link& link) {
    if (!profile_.sunspec()) {
        points_ = points_of(profile_, profile_.maps.front(), 0, config_.site);
        return {};
    }
    const auto found = find_model(profile_, [&](unsigned first, unsigned count) {
        return ask(link, {profile_.function, first, count, {}});
    });
    if (!found) return tl::unexpected{found.error()};
    if (!found->map)
        return fail(
            Fault::unsupported,
            fmt::format("no model of profile {} found; check unit and profile", profile_.name));
    model_ = *found;
    points_ = points_of(profile_, *model_.map, model_.start, config_.site);
    return {};
}

Result<Answer> Meter::ask(Link& link, const Block& block) const {
    return link.ask({config_.unit, block.function, static_cast<std::uint16_t>(block.first),
                     static_cast<std::uint16_t>(block.count)},
                    config_.timeout);
}

Result<Image> Meter::read_blocks(Link& link) {
    Image image;
    std::vector<Block> good;
    std::vector<Field> refused;
    std::deque<Block> todo{blocks_.begin(), blocks_.end()};
    while (!todo.empty()) {
        auto block = std::move(todo.front());
        todo.pop_front();
        auto answer = ask(link, block);
        if (!answer) return tl::unexpected{answer.error()};
        if (is_refused(*answer)) {
            const auto halves = split(block);
            todo.insert(todo.begin(), halves.begin(), halves.end());
            if (halves.empty()) refused.push_back(block.fields.front());
            continue;
        }
        if (answer->exception == 1)
            return fail(Fault::unsupported,
                        fmt::format("it does not know function {}; check the profile ({})",
                                    block.function, profile_.name));
        if (answer->exception != 0) return not_now(answer->exception);
        image.put(block.function, block.first, std::move(answer->registers));
        good.push_back(std::move(block));
    }
    if (good.empty())
        return fail(Fault::unsupported,
                    fmt::format("it has none of the registers of profile {}; check unit and "
                                "profile",
                                profile_.name));
    blocks_ = std::move(good);
    note_refused(refused);
    return image;
}

void Meter::note_refused(const std::vector<Field>& fields) {
    std::vector<unsigned> unheard;
    for (const auto& field : fields)
        if (refused_.insert(field).second) unheard.push_back(field.first);
    if (unheard.empty()) return;
    log::warning(
        "meter {}: it has no register {}; what stands there is left out, and tried once "
        "an hour",
        config_.name, fmt::join(unheard, ", "));
}

/// The chain of models moves when firmware changes.
Result<void> Meter::check_model(const Image& image) {
    if (!profile_.sunspec()) return {};
    const auto id = image.at({profile_.function, model_.start, 1});
    if (!id.empty() && id.front() == model_.model) return {};
    look_around_ = true;
    return fail(Fault::unparsable,
                fmt::format("SunSpec model {} is not at {} any more", model_.model, model_.start));
}

Result<std::vector<NamedReading>> Meter::decode_all(const Image& image) const {
    auto decoded = decode(points_, profile_, config_.site, image);
    if (!decoded.looks_like) return std::move(decoded.readings);
    const auto order = to_string(*decoded.looks_like);
    return fail(Fault::unparsable,
                fmt::format("its numbers make no sense in word order {}: word order looks like "
                            "{}; check the profile ({}), or set order = \"{}\"",
                            to_string(config_.site.order.value_or(profile_.order)), order,
                            profile_.name, order));
}

}  // namespace frugald::modbus
