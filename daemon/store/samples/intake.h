#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "daemon/core/sample.h"
#include "daemon/store/samples/catalogue.h"
#include "daemon/store/samples/open_chunks.h"

namespace frugald::samples {

/// What one source measured at one device at one instant.
struct Poll {
    std::uint32_t stream = 0;
    std::uint32_t set = 0;
    std::int64_t at_ms = 0;
    unsigned wave = 0;      // how many earlier polls of the stream came in the same call
    std::size_t first = 0;  // place of its values
};

/// Makes polls of readings.
class Intake {
public:
    Intake(Catalogue& catalogue, const OpenChunks& chunks)
        : catalogue_(catalogue), chunks_(chunks) {}

    /// Left out: values that are not finite or beyond 64 bits of their scale, instants more than
    /// 20 days from `now_ms`, and whatever has no id or is beyond 4096 sensors of a stream. New ids
    /// are in the catalogue afterwards. What was sorted before is forgotten.
    void sort(std::int64_t now_ms, std::span<const Sample> readings);

    /// By wave, and then by stream.
    std::span<const Poll> polls() const { return polls_; }
    Values values(const Poll& poll) const {
        return {values_.data() + poll.first, catalogue_.sets()[poll.set].size()};
    }

private:
    struct Extra {  // a value of a sensor that its poll's set does not have
        std::size_t poll = 0;
        std::uint32_t sensor = 0;
        std::int64_t raw = 0;
    };
    struct Newest {                  // of a stream
        std::uint32_t follower = 0;  // the stream whose poll came after it in the last call
        std::uint64_t call = 0;
        std::size_t poll = 0;
    };

    bool belongs(const Sample& reading) const;
    bool turn_to(const Sample& reading, std::int64_t at_ms);
    std::uint32_t stream_of(const Sample& reading);
    void begin_poll(std::uint32_t stream, std::int64_t at_ms);
    std::uint32_t set_for(std::uint32_t stream, std::int64_t at_ms);
    bool place(const Sample& reading, std::int64_t raw);
    void add_extras();
    void widen(Poll& poll, const SensorSet& sensors);

    Catalogue& catalogue_;
    const OpenChunks& chunks_;
    std::vector<Poll> polls_;
    std::vector<std::optional<std::int64_t>> values_;
    std::vector<Extra> extras_;
    std::unordered_set<std::uint64_t> extra_places_;  // poll and sensor of each
    std::vector<Newest> newest_;                      // by stream
    std::uint64_t call_ = 0;
    const Sample* last_ = nullptr;  // the reading before
    std::size_t poll_ = 0;          // its poll
    std::size_t next_ = 0;          // the place after its own
};

}  // namespace frugald::samples
