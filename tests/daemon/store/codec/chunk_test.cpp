#include "daemon/store/codec/chunk.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "daemon/store/codec/frame.h"
#include "tests/support/fleet_samples.h"

using namespace frugald;
using namespace frugald::codec;
using test::FleetSamples;
using test::Random;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Values = std::vector<std::optional<std::int64_t>>;

struct Poll {
    std::int64_t at_ms = 0;
    Values values;
    bool operator==(const Poll&) const = default;
};
using Polls = std::vector<Poll>;

constexpr std::int64_t noon_ms = 1'800'000'000'000;

Bytes written(const Polls& polls, unsigned sensors, std::uint32_t sensor_set = 9) {
    ChunkWriter writer{sensor_set, sensors};
    for (const auto& poll : polls) writer.append(poll.at_ms, poll.values);
    Bytes blob;
    writer.finish(blob);
    return blob;
}

/// The polls with the values of the wanted sensors.
Result<Polls> read_back(const Bytes& blob, const std::vector<unsigned>* wanted = nullptr) {
    auto reader = ChunkReader::open(blob);
    if (!reader) return tl::unexpected(reader.error());
    Polls polls;
    ChunkBlock block;
    for (;;) {
        const auto more = wanted ? reader->next(*wanted, block) : reader->next(block);
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
        for (unsigned i = 0; i < block.polls; ++i) {
            Poll poll{block.at_ms.values[i], {}};
            for (const auto& column : block.columns) poll.values.push_back(column.at(i));
            polls.push_back(std::move(poll));
        }
    }
    if (polls.size() != reader->polls()) return fail(Fault::invalid, "the count is wrong");
    return polls;
}

Polls random_polls(unsigned count, unsigned sensors, std::uint64_t seed) {
    Random random{seed};
    Polls polls;
    for (unsigned i = 0; i < count; ++i) {
        Poll poll{noon_ms + 10'000 * std::int64_t{i} + std::int64_t(random.bits() % 40), {}};
        for (unsigned sensor = 0; sensor < sensors; ++sensor) {
            poll.values.emplace_back();
            if (sensor == 2 || random.once_in(10)) continue;
            poll.values.back() = static_cast<std::int64_t>(random.bits()) >> (sensor * 5 % 60);
        }
        polls.push_back(std::move(poll));
    }
    return polls;
}

}  // namespace

TEST_CASE("chunks of any length come back, and say what they are") {
    for (const unsigned count : {1U, 2U, 59U, 60U, 61U, 120U, 360U, 361U}) {
        CAPTURE(count);
        const auto polls = random_polls(count, 5, count);
        const auto blob = written(polls, 5, 4'000'000'000);
        const auto back = read_back(blob);
        REQUIRE(back);
        CHECK(*back == polls);
        const auto reader = ChunkReader::open(blob);
        CHECK(reader->sensor_set() == 4'000'000'000);
        CHECK(reader->sensors() == 5);
        CHECK(reader->polls() == count);
        CHECK(reader->first_ms() == polls.front().at_ms);
    }
}

TEST_CASE("chunks without polls or without sensors are chunks") {
    const auto empty = written({}, 12);
    REQUIRE(read_back(empty));
    CHECK(read_back(empty)->empty());
    const Polls heartbeats{{noon_ms, {}}, {noon_ms + 1, {}}, {noon_ms - 5, {}}};
    const auto back = read_back(written(heartbeats, 0));
    REQUIRE(back);
    CHECK(*back == heartbeats);
}

TEST_CASE("any clock comes back: limits, steps back, standing still, gaps") {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const Polls polls{{most, {1}},     {least, {{}}},      {0, {2}},
                      {0, {3}},        {noon_ms, {least}}, {-1, {most}},
                      {noon_ms, {{}}}, {most, {0}},        {noon_ms + 86'400'000, {-1}}};
    const auto back = read_back(written(polls, 1));
    REQUIRE(back);
    CHECK(*back == polls);
}

TEST_CASE("a value far from the first of its block comes back, and so do those around it") {
    constexpr auto far = std::int64_t{1} << 40;
    Polls polls;
    for (unsigned i = 0; i < 180; ++i) polls.push_back({noon_ms + i, {i, -1000 - std::int64_t{i}}});
    for (const unsigned at : {70U, 100U, 119U}) polls[at].values[1] = far;
    polls[60].values[0].reset();
    polls[61].values[0] = -far;
    const auto back = read_back(written(polls, 2));
    REQUIRE(back);
    CHECK(*back == polls);
}

TEST_CASE("only the wanted sensors are read") {
    const auto polls = random_polls(150, 7, 3);
    const auto blob = written(polls, 7);
    for (const auto& wanted :
         std::vector<std::vector<unsigned>>{{}, {0}, {6}, {1, 2, 5}, {0, 1, 2, 3, 4, 5, 6}}) {
        const auto back = read_back(blob, &wanted);
        REQUIRE(back);
        REQUIRE(back->size() == polls.size());
        for (std::size_t i = 0; i < polls.size(); ++i) {
            CHECK((*back)[i].at_ms == polls[i].at_ms);
            for (std::size_t k = 0; k < wanted.size(); ++k)
                CHECK((*back)[i].values[k] == polls[i].values[wanted[k]]);
        }
    }
}

TEST_CASE("blocks without a wanted instant are not decoded, the others are whole") {
    const auto polls = random_polls(200, 4, 5);
    const auto blob = written(polls, 4);
    const auto all = read_back(blob);
    REQUIRE(all);
    const std::vector<unsigned> wanted{0, 1, 2, 3};
    for (const auto& [first, last] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 1}, {59, 60}, {60, 61}, {100, 130}, {199, 200}, {7, 7}}) {
        const auto at = [&](std::size_t poll) {
            return noon_ms + 10'000 * static_cast<std::int64_t>(poll) - 100;
        };
        auto reader = ChunkReader::open(blob);
        REQUIRE(reader);
        ChunkBlock block;
        std::size_t begin = 0, seen = 0;
        for (;; begin += block.polls) {
            for (auto& column : block.columns) column.present = 0;
            const auto more = reader->next(wanted, {at(first), at(last)}, block);
            REQUIRE(more);
            if (!*more) break;
            for (unsigned i = 0; i < block.polls; ++i) {
                CHECK(block.at_ms.values[i] == polls[begin + i].at_ms);
                if (begin + i < first || begin + i >= last) continue;
                ++seen;
                for (const unsigned sensor : wanted)
                    CHECK(block.columns[sensor].at(i) == polls[begin + i].values[sensor]);
            }
        }
        CHECK(begin == polls.size());
        CHECK(seen == last - first);
    }
}

TEST_CASE("a writer is used again, for the same set and for another") {
    ChunkWriter writer{1, 3};
    Bytes first, second, third;
    const auto polls = random_polls(70, 3, 8), others = random_polls(80, 4, 9);
    for (const auto& poll : polls) writer.append(poll.at_ms, poll.values);
    CHECK(writer.polls() == 70);
    writer.finish(first);
    CHECK(writer.polls() == 0);
    for (const auto& poll : polls) writer.append(poll.at_ms, poll.values);
    writer.finish(second);
    CHECK(first == second);
    writer.append(0, Values(3));
    writer.reset(2, 4);
    for (const auto& poll : others) writer.append(poll.at_ms, poll.values);
    writer.finish(third);
    CHECK(third == written(others, 4, 2));
}

TEST_CASE("an hour of a made-up fleet comes back, in 0.68 bytes a sample") {
    constexpr unsigned nodes = 20;
    FleetSamples fleet{nodes, 11, noon_ms};
    std::vector<Polls> hours(nodes);
    std::size_t samples = 0, bytes = 0;
    for (unsigned round = 0; round < 360; ++round) {
        const auto& polls = fleet.next_round();
        for (unsigned node = 0; node < nodes; ++node) {
            if (!polls[node].answered) continue;
            const auto& values = polls[node].values;
            hours[node].push_back(
                {fleet.at_ms() + polls[node].offset_ms, {values.begin(), values.end()}});
            samples += values.size();
        }
    }
    for (const auto& polls : hours) {
        const auto blob = written(polls, FleetSamples::sensor_count);
        bytes += blob.size();
        const auto back = read_back(blob);
        REQUIRE(back);
        CHECK(*back == polls);
    }
    CHECK(static_cast<double>(bytes) <= 0.68 * static_cast<double>(samples));
}

TEST_CASE("no bit may be flipped, no end cut off, nothing put behind") {
    const auto blob = written(random_polls(65, 4, 12), 4);
    for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
        auto changed = blob;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        const auto opened = ChunkReader::open(changed);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().fault == Fault::invalid);
        CHECK_FALSE(opened.error().text.empty());
    }
    for (std::size_t at = 0; at < blob.size(); ++at) {
        auto changed = blob;
        changed[at] = static_cast<std::uint8_t>(~changed[at]);
        CHECK_FALSE(ChunkReader::open(changed));
        CHECK_FALSE(ChunkReader::open({blob.data(), at}));
    }
    auto longer = blob;
    longer.push_back(0);
    CHECK_FALSE(ChunkReader::open(longer));
}

TEST_CASE("damage below a good checksum is an error or other values, nothing worse") {
    const auto blob = written(random_polls(65, 4, 13), 4);
    unsigned refused = 0;
    for (std::size_t at = 7; at < blob.size(); ++at) {
        for (const unsigned change : {1U, 0x80U, 0xffU, 0x55U}) {
            auto changed = blob;
            changed[at] ^= static_cast<std::uint8_t>(change);
            seal_frame(changed);
            const auto back = read_back(changed);
            if (!back) CHECK(back.error().fault == Fault::invalid);
            refused += !back;
        }
        Bytes cut{blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(at)};
        seal_frame(cut);
        CHECK_FALSE(read_back(cut));
    }
    CHECK(refused > 0);
    auto longer = blob;
    longer.push_back(0);
    seal_frame(longer);
    CHECK_FALSE(read_back(longer));
    auto nothing = written({}, 3);
    nothing.push_back(0);
    seal_frame(nothing);
    CHECK_FALSE(read_back(nothing));
}

TEST_CASE("a header that promises too much is refused before memory is taken") {
    struct Row {
        const char* says;
        std::uint64_t sensor_set, sensors, polls;
    };
    constexpr std::uint64_t huge = ~std::uint64_t{0};
    const Row rows[] = {
        {"sensors", 1, huge, 60},
        {"many sensors", 1, 1U << 31, 60},
        {"polls", 1, 12, huge},
        {"polls of no sensor", 1, 0, 1U << 31},
        {"both", 1, huge, huge},
        {"a set beyond 32 bits", huge, 1, 1},
        {"one more than fit", 1, 100, 60},
        {"sensors without polls", 1, max_sensors + 1, 0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.says);
        Bytes blob;
        begin_frame(blob, Kind::chunk);
        std::uint8_t header[4 * max_varint];
        auto* end = put_varint(header, row.sensor_set);
        end = put_varint(put_varint(put_varint(end, row.sensors), row.polls), 0);
        blob.insert(blob.end(), header, end);
        if (row.polls > 0) blob.resize(blob.size() + 100, 0);
        seal_frame(blob);
        CHECK_FALSE(ChunkReader::open(blob));
    }
}

TEST_CASE("what is no chunk of this format says so") {
    auto blob = written(random_polls(3, 1, 14), 1);
    const auto text = [&](std::size_t at, std::uint8_t to) {
        auto changed = blob;
        changed[at] = to;
        seal_frame(changed);
        return ChunkReader::open(changed).error().text;
    };
    CHECK(text(0, 'x').find("none") != std::string::npos);
    CHECK(text(1, 'r').find("none") != std::string::npos);
    CHECK(text(2, 2).find("version 2") != std::string::npos);
    CHECK_FALSE(ChunkReader::open({}));
}
