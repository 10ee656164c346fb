#include "daemon/store/codec/round.h"

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <map>
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

struct Device {
    std::uint32_t sensor_set = 0;
    std::int32_t offset_ms = 0;
    Values values;
    bool operator==(const Device&) const = default;
};
using Devices = std::map<std::uint32_t, Device>;

constexpr std::int64_t noon_ms = 1'800'000'000'000;

void fill(Round& round, std::int64_t at_ms, const Devices& devices) {
    round.begin(at_ms);
    for (const auto& [id, device] : devices)
        REQUIRE(round.add(id, device.sensor_set, device.offset_ms, device.values));
}

Devices devices_of(const Round& round) {
    Devices devices;
    for (const auto& group : round.groups()) {
        for (std::size_t i = 0; i < group.devices.size(); ++i) {
            Device device{group.sensor_set, group.offset_ms[i], {}};
            for (unsigned sensor = 0; sensor < group.sensors; ++sensor)
                device.values.push_back(group.at(i, sensor));
            devices[group.devices[i]] = device;
        }
    }
    return devices;
}

/// A writer and a reader, each with the round before, as the journal has them.
class Journal {
public:
    /// Writes a round and reads it: it must come back. Its size.
    std::size_t take(const Devices& devices, bool key = false) {
        const unsigned before = now_;
        now_ = 1 - now_;
        at_ms_ += 10'000;
        const bool has_before = !key && !first_;
        fill(written_[now_], at_ms_, devices);
        encode_round(written_[now_], has_before ? &written_[before] : nullptr, blob);
        const auto done = decode_round(blob, first_ ? nullptr : &read_[before], read_[now_]);
        REQUIRE(done);
        CHECK(read_[now_].at_ms() == at_ms_);
        CHECK(devices_of(read_[now_]) == devices);
        CHECK(read_[now_].device_count() == devices.size());
        first_ = false;
        return blob.size();
    }
    const Round& before() const { return read_[1 - now_]; }

    Bytes blob;

private:
    Round written_[2], read_[2];
    unsigned now_ = 0;
    bool first_ = true;
    std::int64_t at_ms_ = noon_ms;
};

/// `sensors` values around a level of the device's own.
Device like(Random& random, std::uint32_t id, std::uint32_t set, unsigned sensors) {
    Device device{set, static_cast<std::int32_t>(60 + random.bits() % 40), {}};
    for (unsigned sensor = 0; sensor < sensors; ++sensor)
        device.values.push_back(std::int64_t{id} * 1000 + std::int64_t(random.bits() % 10));
    return device;
}

}  // namespace

TEST_CASE("devices that stay come back, and are smaller as differences") {
    Random random{21};
    Journal journal;
    const auto round = [&] {
        Devices devices;
        for (std::uint32_t id = 5; id < 205; ++id) devices[id] = like(random, id, 1, 4);
        return devices;
    };
    const auto key = journal.take(round());
    const auto delta = journal.take(round());
    CHECK(delta * 2 < key);
    CHECK(journal.take(round()) < key);
    CHECK(journal.take(round(), true) + 10 > key);
}

TEST_CASE("devices appear, vanish, change their set, and sensors fall silent and come back") {
    Random random{22};
    Journal journal;
    const std::function<void(Devices&)> changes[] = {
        [](Devices&) {},
        [&](Devices& all) { all.erase(100); },
        [&](Devices& all) { all[100] = like(random, 100, 1, 4); },
        [&](Devices& all) { all[0] = like(random, 0, 1, 4); },
        [&](Devices& all) { all[0xffffffff] = like(random, 7, 1, 4); },
        [&](Devices& all) {
            for (std::uint32_t id = 50; id < 120; ++id) all.erase(id);
        },
        [&](Devices& all) {
            for (std::uint32_t id = 1000; id < 1200; ++id) all[id] = like(random, id, 1, 4);
        },
        [&](Devices& all) { all[120] = like(random, 120, 2, 6); },
        [&](Devices& all) {
            all[121] = like(random, 121, 2, 6);
            all[119] = like(random, 119, 2, 6);
        },
        [&](Devices& all) { all[120] = like(random, 120, 1, 4); },
        [&](Devices& all) {
            for (auto& [id, device] : all) device.values[0].reset();
        },
        [&](Devices& all) {
            for (auto& [id, device] : all) device.values[0] = 5;
        },
        [&](Devices& all) {
            for (auto& value : all[130].values) value.reset();
        },
        [&](Devices& all) { all.clear(); },
        [&](Devices& all) {
            for (std::uint32_t id = 3; id < 70; ++id) all[id] = like(random, id, id % 5, id % 5);
        },
        [&](Devices& all) {
            for (auto& [id, device] : all) device = like(random, id, 9, 2);
        },
        [&](Devices& all) {
            all = {{77, {3, -1, {std::numeric_limits<std::int64_t>::min()}}}};
        },
        [&](Devices& all) {
            all = {{77, {3, 1 << 30, {std::numeric_limits<std::int64_t>::max()}}}};
        },
        [&](Devices& all) {
            all = {{77, {4, std::numeric_limits<std::int32_t>::min(), {}}}};
        },
    };
    Devices all;
    for (std::uint32_t id = 1; id < 200; ++id) all[id] = like(random, id, 1, 4);
    for (const auto& change : changes) {
        change(all);
        CHECK(journal.take(all) > 0);
        CHECK(journal.take(all) > 0);
    }
}

TEST_CASE("a set whose number of sensors is another is read all the same") {
    Random random{23};
    Journal journal;
    Devices all;
    for (std::uint32_t id = 1; id < 70; ++id) all[id] = like(random, id, 1, 4);
    journal.take(all);
    for (auto& [id, device] : all) device.values.resize(3);
    journal.take(all);
    for (auto& [id, device] : all) device.values.resize(5);
    journal.take(all);
}

TEST_CASE("a random fleet that comes and goes comes back") {
    Random random{24};
    Journal journal;
    Devices all;
    for (int round = 0; round < 300; ++round) {
        for (int change = 0; change < 20; ++change) {
            const auto id = static_cast<std::uint32_t>(random.bits() % 300);
            const auto set = static_cast<std::uint32_t>(random.bits() % 4);
            if (random.once_in(3))
                all.erase(id);
            else
                all[id] = like(random, id, set, set * 3);
        }
        for (auto& [id, device] : all)
            for (auto& value : device.values) {
                if (random.once_in(30)) value = static_cast<std::int64_t>(random.bits());
                if (random.once_in(30)) value.reset();
            }
        journal.take(all, round % 60 == 59);
    }
}

TEST_CASE("rounds of a made-up fleet come back, in 0.75 bytes a sample") {
    FleetSamples fleet{600, 25, noon_ms};
    Journal journal;
    std::size_t bytes = 0, samples = 0;
    for (int round = 0; round < 60; ++round) {
        const auto& polls = fleet.next_round();
        Devices all;
        for (std::uint32_t node = 0; node < polls.size(); ++node) {
            if (!polls[node].answered) continue;
            const auto& values = polls[node].values;
            all[node] = {1, polls[node].offset_ms, {values.begin(), values.end()}};
        }
        bytes += journal.take(all);
        samples += all.size() * FleetSamples::sensor_count;
    }
    CHECK(static_cast<double>(bytes) <= 0.75 * static_cast<double>(samples));
}

TEST_CASE("a device out of order or with a wrong number of values is refused") {
    Round round;
    round.begin(noon_ms);
    const Values two{1, 2};
    CHECK(round.add(5, 1, 0, two));
    CHECK_FALSE(round.add(5, 1, 0, two));
    CHECK_FALSE(round.add(4, 1, 0, two));
    CHECK_FALSE(round.add(6, 1, 0, {two.data(), 1}));
    CHECK(round.add(4, 2, 0, {two.data(), 1}));
    CHECK(round.add(6, 1, 0, two));
    CHECK_FALSE(round.add(7, 3, 0, Values(max_sensors + 1)));
    CHECK(round.device_count() == 3);
}

TEST_CASE("a round is read with the one before it and with no other") {
    Devices all{{1, {1, 60, {5}}}, {2, {1, 60, {6}}}};
    Journal journal;
    journal.take(all);
    const Bytes key = journal.blob;
    journal.take(all);
    Round other, read;
    other.begin(noon_ms);
    CHECK_FALSE(decode_round(journal.blob, nullptr, read));
    CHECK_FALSE(decode_round(journal.blob, &other, read));
    CHECK(decode_round(journal.blob, &journal.before(), read));
    CHECK(decode_round(key, &other, read));
    CHECK(decode_round(key, nullptr, read));
}

TEST_CASE("no bit of a round may be flipped, no end cut off, nothing put behind") {
    Random random{26};
    Journal journal;
    Devices all;
    for (std::uint32_t id = 1; id < 70; ++id) all[id] = like(random, id, 1 + id / 60, 2);
    journal.take(all);
    all.erase(30);
    journal.take(all);
    const Bytes& blob = journal.blob;
    Round read;
    for (std::size_t at = 0; at < blob.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto changed = blob;
            changed[at] ^= static_cast<std::uint8_t>(1U << bit);
            const auto done = decode_round(changed, &journal.before(), read);
            REQUIRE_FALSE(done);
            CHECK(done.error().fault == Fault::invalid);
        }
        CHECK_FALSE(decode_round({blob.data(), at}, &journal.before(), read));
    }
    auto longer = blob;
    longer.push_back(0);
    CHECK_FALSE(decode_round(longer, &journal.before(), read));
    unsigned refused = 0;
    for (std::size_t at = 7; at < blob.size(); ++at) {
        for (const unsigned change : {1U, 0x80U, 0xffU, 0x55U}) {
            auto changed = blob;
            changed[at] ^= static_cast<std::uint8_t>(change);
            seal_frame(changed);
            refused += !decode_round(changed, &journal.before(), read);
        }
        Bytes cut{blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(at)};
        seal_frame(cut);
        // Between two groups it is a whole round.
        if (decode_round(cut, &journal.before(), read)) CHECK(read.device_count() < all.size());
    }
    CHECK(refused > 0);
}

TEST_CASE("offsets that devices keep from round to round are written as differences") {
    Random random{27};
    Journal journal;
    Devices all;
    for (std::uint32_t id = 1; id < 200; ++id)
        all[id] = {1, static_cast<std::int32_t>(random.bits() % 10'000), {}};
    const auto key = journal.take(all);
    for (auto& [id, device] : all) device.offset_ms += static_cast<std::int32_t>(random.bits() % 9);
    CHECK(journal.take(all) * 2 < key);
}

TEST_CASE("ids that do not ascend, and a set that comes twice, are refused") {
    Journal journal;
    journal.take({{1, {1, 60, {5}}}, {2, {1, 60, {6}}}});
    const auto begin = journal.blob.begin() + 7;
    const auto header = static_cast<std::ptrdiff_t>(varint_size(zigzag(noon_ms + 10'000)) + 1);
    Round read;
    auto twice = journal.blob;
    twice.insert(twice.end(), begin + header, journal.blob.end());
    seal_frame(twice);
    const auto refused = decode_round(twice, nullptr, read);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("twice") != std::string::npos);

    const auto with_ids = [&](std::int64_t first, std::int64_t second) {
        Bytes blob{journal.blob.begin(), begin + header};
        std::uint8_t bytes[max_column_size];
        const auto append = [&](const std::uint8_t* end) {
            blob.insert(blob.end(), static_cast<const std::uint8_t*>(bytes), end);
        };
        for (const unsigned number : {1U, 0U, 2U}) append(put_varint(bytes, number));
        const std::int64_t ids[] = {first, second}, offsets[] = {0, 0};
        ColumnContext id_context, offset_context;
        append(encode_column(ids, 3, 2, Order::series, id_context, bytes));
        blob.push_back(0);
        append(encode_column(offsets, 3, 2, Order::unordered, offset_context, bytes));
        seal_frame(blob);
        return decode_round(blob, nullptr, read).has_value();
    };
    CHECK(with_ids(5, 6));
    CHECK(with_ids(0, 0xffffffff));
    CHECK_FALSE(with_ids(5, 5));
    CHECK_FALSE(with_ids(6, 5));
    CHECK_FALSE(with_ids(-1, 5));
    CHECK_FALSE(with_ids(5, std::int64_t{1} << 32));
}
