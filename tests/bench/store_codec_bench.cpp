#include "tests/bench/store_codec_bench.h"

#include <stdexcept>

#include "daemon/store/codec/chunk.h"
#include "daemon/store/codec/round.h"
#include "tests/support/fleet_samples.h"

namespace frugald::bench {

namespace {

using test::FleetSamples;

constexpr std::int64_t begin_ms = 1'800'000'000'000;
constexpr unsigned sensors = FleetSamples::sensor_count;
constexpr unsigned sensor_set = 7;

/// Adds up the CPU time of parts.
class Stopwatch {
public:
    void start() { begin_ = cpu_time(); }
    void stop() { total_ += cpu_time() - begin_; }
    double ns_per(std::uint64_t count) const {
        return total_.count() * 1e9 / static_cast<double>(count);
    }

private:
    std::chrono::duration<double> begin_{}, total_{};
};

/// By node, one poll after the other.
struct Hour {
    std::vector<std::vector<FleetSamples::Poll>> polls;
    std::vector<std::int64_t> rounds_ms;
    std::uint64_t samples = 0;
};

Hour make_hour(unsigned nodes) {
    Hour hour;
    hour.polls.resize(nodes);
    FleetSamples fleet{nodes, 2022, begin_ms};
    for (unsigned round = 0; round < 360; ++round) {
        const auto& polls = fleet.next_round();
        hour.rounds_ms.push_back(fleet.at_ms());
        for (unsigned node = 0; node < nodes; ++node) {
            hour.polls[node].push_back(polls[node]);
            if (polls[node].answered) hour.samples += sensors;
        }
    }
    return hour;
}

std::vector<std::vector<std::uint8_t>> encode(const Hour& hour) {
    std::vector<std::vector<std::uint8_t>> blobs(hour.polls.size());
    codec::ChunkWriter writer{sensor_set, sensors};
    for (std::size_t node = 0; node < blobs.size(); ++node) {
        for (std::size_t round = 0; round < hour.rounds_ms.size(); ++round) {
            const auto& poll = hour.polls[node][round];
            if (poll.answered) writer.append(hour.rounds_ms[round] + poll.offset_ms, poll.values);
        }
        writer.finish(blobs[node]);
    }
    return blobs;
}

std::uint64_t decode(const std::vector<std::vector<std::uint8_t>>& blobs) {
    std::uint64_t samples = 0;
    codec::ChunkBlock block;
    for (const auto& blob : blobs) {
        auto reader = codec::ChunkReader::open(blob);
        if (!reader) throw std::runtime_error(reader.error().text);
        for (;;) {
            const auto more = reader->next(block);
            if (!more) throw std::runtime_error(more.error().text);
            if (!*more) break;
            samples += std::uint64_t{block.polls} * block.columns.size();
        }
    }
    return samples;
}

}  // namespace

void store_codec_chunks(const Report& report) {
    constexpr unsigned times = 10;
    Stopwatch generating, encoding, decoding;
    generating.start();
    const Hour hour = make_hour(400);
    generating.stop();
    std::vector<std::vector<std::uint8_t>> blobs;
    std::uint64_t bytes = 0, decoded = 0;
    for (unsigned i = 0; i < times; ++i) {
        encoding.start();
        blobs = encode(hour);
        encoding.stop();
        decoding.start();
        decoded += decode(blobs);
        decoding.stop();
    }
    if (decoded != hour.samples * times) throw std::runtime_error("samples are lost");
    for (const auto& blob : blobs) bytes += blob.size();
    report({"store_codec.generate_ns_per_sample", generating.ns_per(hour.samples), "ns",
            hour.samples});
    report({"store_codec.chunk_bytes_per_sample",
            static_cast<double>(bytes) / static_cast<double>(hour.samples), "bytes", hour.samples});
    report({"store_codec.encode_ns_per_sample", encoding.ns_per(decoded), "ns", decoded});
    report({"store_codec.decode_ns_per_sample", decoding.ns_per(decoded), "ns", decoded});
}

void store_codec_rounds(const Report& report) {
    constexpr unsigned nodes = 10'000, rounds = 60;
    FleetSamples fleet{nodes, 2022, begin_ms};
    Stopwatch encoding, decoding;
    codec::Round written[2], read[2];
    std::vector<std::uint8_t> blob;
    std::uint64_t bytes = 0, samples = 0, key_bytes = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const auto& polls = fleet.next_round();
        const unsigned now = round % 2;
        encoding.start();
        written[now].begin(fleet.at_ms());
        for (unsigned node = 0; node < nodes; ++node)
            if (polls[node].answered &&
                !written[now].add(node, sensor_set, polls[node].offset_ms, polls[node].values))
                throw std::runtime_error("a device is refused");
        codec::encode_round(written[now], round == 0 ? nullptr : &written[1 - now], blob);
        encoding.stop();
        bytes += blob.size();
        if (round == 0) key_bytes = blob.size();
        samples += written[now].device_count() * sensors;
        decoding.start();
        const auto done = codec::decode_round(blob, &read[1 - now], read[now]);
        decoding.stop();
        if (!done) throw std::runtime_error(done.error().text);
        if (read[now].device_count() != written[now].device_count())
            throw std::runtime_error("devices are lost");
    }
    report({"store_codec.round_bytes_per_sample",
            static_cast<double>(bytes) / static_cast<double>(samples), "bytes", samples});
    report({"store_codec.round_key_bytes_per_sample",
            static_cast<double>(key_bytes) * rounds / static_cast<double>(samples), "bytes",
            samples / rounds});
    report({"store_codec.round_ns_per_sample", encoding.ns_per(samples), "ns", samples});
    report({"store_codec.round_decode_ns_per_sample", decoding.ns_per(samples), "ns", samples});
}

}  // namespace frugald::bench
