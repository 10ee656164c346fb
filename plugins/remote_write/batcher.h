#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/core/sample.h"
#include "daemon/core/series.h"
#include "plugins/remote_write/labels.h"

namespace frugald::remote_write {

/// What one source measures at one device: the archive hands over one after the other.
struct Stream {
    DeviceKind kind{};
    std::string device{};
    std::string source{};

    bool operator==(const Stream&) const = default;
};

/// The body of one POST.
struct Request {
    std::string body{};  // a WriteRequest as a snappy block
    std::size_t samples = 0;
    /// When this is delivered, this stream and all before it are; absent: it ends within a stream.
    std::optional<Stream> after{};
};

struct BatchLimits {
    std::size_t samples = 10'000;
    std::size_t bytes = 1'000'000;  // before compression
};

/// Makes requests of series: encodes and compresses. They end between two streams where their
/// limits allow it. Of one series the samples are in order of time, as long as it is handed over
/// so or out of order within one call only.
class Batcher {
public:
    /// What comes up to and with `skip_until` was delivered before.
    Batcher(Labels& labels, BatchLimits limits, std::optional<Stream> skip_until = {})
        : labels_(labels), limits_(limits), skip_until_(std::move(skip_until)) {}

    void take(const SeriesSamples& series);
    /// Nothing more comes.
    void finish();
    /// What is complete since the last call.
    std::vector<Request> take_requests() { return std::exchange(requests_, {}); }
    /// The stream to begin after has not come (yet).
    bool skipping() const { return skip_until_.has_value(); }

private:
    /// How far a series of the current stream has come.
    struct Newest {
        std::int64_t at_ms = INT64_MIN;
        unsigned occurrence = 0;
    };
    struct Point {
        unsigned occurrence = 0;
        std::int64_t at_ms = 0;
        double value = 0;
    };
    /// A part of `raw_`.
    struct Extent {
        std::size_t bytes = 0, samples = 0;
    };

    bool is_current(const SeriesName& series) const;
    void begin_stream(const SeriesName& series);
    Newest& newest_of(const SeriesName& series);
    void take_tangled(const SeriesSamples& series, Newest& newest);
    void append(const SeriesName& series, unsigned occurrence, std::span<const std::int64_t> at_ms,
                std::span<const double> values);
    void write(const std::string& labels, std::span<const std::int64_t> at_ms,
               std::span<const double> values);
    void make_room(std::size_t label_bytes, std::size_t wanted);
    std::size_t room(std::size_t label_bytes) const;
    void emit(Extent extent, std::optional<Stream> after);

    Labels& labels_;
    const BatchLimits limits_;
    std::optional<Stream> skip_until_;
    std::optional<Stream> current_, before_;
    std::unordered_map<std::size_t, Newest> newest_;  // by what a series is in its stream
    std::string raw_;
    Extent all_;       // of raw_
    Extent complete_;  // what of it is of streams before the current one
    std::string samples_, compressed_;
    std::vector<Request> requests_;
};

/// The same for samples in any order, which are sorted.
void take_samples(std::vector<Sample>& samples, Batcher& batcher);

}  // namespace frugald::remote_write
