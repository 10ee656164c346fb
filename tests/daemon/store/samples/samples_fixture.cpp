#include "tests/daemon/store/samples/samples_fixture.h"

#include <fmt/format.h>

#include <cmath>

namespace frugald::test {

namespace {

std::string key_of(DeviceKind kind, const std::string& device, const std::string& source,
                   Quantity quantity, Part part, const std::string& part_name) {
    return fmt::format("{} {} {} {} {} {}", to_string(kind), device, source, to_string(quantity),
                       to_string(part), part_name);
}

std::string key_of(const samples::StreamInfo& stream, const samples::SensorInfo& sensor) {
    return key_of(stream.kind, stream.device, stream.source, sensor.quantity, sensor.part,
                  sensor.part_name);
}

}  // namespace

std::unique_ptr<SampleStore> open_samples(const std::filesystem::path& directory) {
    auto store = SampleStore::open(directory);
    REQUIRE_MESSAGE(store, store.error().text);
    return std::move(*store);
}

Sample reading(std::int64_t at_ms, const std::string& device, Quantity quantity, double value,
               const std::string& part_name, const std::string& source) {
    return {.at = from_unix_ms(at_ms),
            .kind = DeviceKind::node,
            .device = device,
            .quantity = quantity,
            .part = part_name.empty() ? Part::total : Part::sensor,
            .part_name = part_name,
            .source = source,
            .value = value};
}

void add(Truth& truth, std::span<const Sample> readings) {
    for (const auto& one : readings)
        if (std::isfinite(one.value))
            truth[key_of(one.kind, one.device, one.source, one.quantity, one.part, one.part_name)]
                 [to_unix_ms(one.at)]
                     .insert(one.value);
}

Truth read_raw(SampleStore& store, std::int64_t from_ms, std::int64_t to_ms) {
    Truth found;
    const auto reader = store.read(
        {.from = from_unix_ms(from_ms), .to = from_unix_ms(to_ms), .resolution = Resolution::raw});
    const auto take = [&](const PollBlock& block) {
        for (std::size_t sensor = 0; sensor < block.sensors.size(); ++sensor) {
            auto& values = found[key_of(block.stream, *block.sensors[sensor])];
            for (std::size_t poll = 0; poll < block.places.size(); ++poll)
                if (const auto value = block.value(poll, sensor))
                    values[block.at_ms(poll)].insert(*value);
        }
        return true;
    };
    const auto done = reader->run({.polls = take});
    CHECK_MESSAGE(done, done.error().text);
    for (const auto& what : reader->damage()) FAIL_CHECK(what);
    std::erase_if(found, [](const auto& one) { return one.second.empty(); });
    return found;
}

std::map<std::string, std::map<std::int64_t, samples::Cell>> read_cells(SampleStore& store,
                                                                        Resolution resolution) {
    std::map<std::string, std::map<std::int64_t, samples::Cell>> found;
    const auto reader = store.read({.to = from_unix_ms(1LL << 50), .resolution = resolution});
    const auto take = [&](const CellBlock& block) {
        auto& cells = found[key_of(block.stream, block.sensor)];
        for (const auto& cell : block.cells)
            if (const auto [at, is_new] = cells.emplace(cell.begin_ms, cell); !is_new)
                at->second.add(cell);
        return true;
    };
    const auto done = reader->run({.cells = take});
    CHECK_MESSAGE(done, done.error().text);
    for (const auto& what : reader->damage()) FAIL_CHECK(what);
    return found;
}

std::string difference(const Truth& wanted, const Truth& found) {
    for (const auto& [key, values] : wanted) {
        const auto other = found.find(key);
        if (other == found.end()) return key + " is missing";
        for (const auto& [at, some] : values) {
            const auto there = other->second.find(at);
            if (there == other->second.end()) return fmt::format("{} at {} is missing", key, at);
            if (there->second != some)
                return fmt::format("{} at {} has {} values, not {}, or others", key, at,
                                   there->second.size(), some.size());
        }
        if (other->second.size() != values.size()) return key + " has too many instants";
    }
    return wanted.size() == found.size() ? "" : "there are too many series";
}

std::size_t count(const Truth& truth) {
    std::size_t total = 0;
    for (const auto& [key, values] : truth)
        for (const auto& [at, some] : values) total += some.size();
    return total;
}

}  // namespace frugald::test
