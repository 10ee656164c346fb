// What others read of the time series.

#include "daemon/engine/measurements.h"

namespace frugald {

namespace {

// One device may take some microseconds only, less than the way to a worker and back. Whoever
// waits with a round to be stored waits no longer than this.
constexpr std::chrono::milliseconds step_length{2};

SeriesName name_of(const samples::StreamInfo& stream, const samples::SensorInfo& sensor) {
    return {stream.kind,     stream.device, stream.source,
            sensor.quantity, sensor.part,   sensor.part_name};
}

/// Hands polls over series by series, and cells in their unit.
class Translator {
public:
    explicit Translator(ArchiveSink sink) : sink_(std::move(sink)) {}

    bool polls(const PollBlock& block) {
        if (!sink_.samples) return true;
        for (std::size_t sensor = 0; sensor < block.sensors.size(); ++sensor) {
            collect(block, sensor);
            if (values_.empty()) continue;
            if (!sink_.samples({name_of(block.stream, *block.sensors[sensor]), at_ms_, values_}))
                return false;
        }
        return true;
    }

    bool cells(const CellBlock& block) {
        if (!sink_.cells) return true;
        const auto& scale = block.sensor.scale;
        cells_.clear();
        for (const auto& cell : block.cells)
            cells_.push_back({.begin_ms = cell.begin_ms,
                              .samples = cell.samples,
                              .covered_ms = cell.covered_ms,
                              .joules = scale.value_of(cell.integral),
                              .resets = cell.resets,
                              .min = scale.value_of(cell.min),
                              .mean = scale.value_of(cell.mean),
                              .max = scale.value_of(cell.max)});
        return sink_.cells({name_of(block.stream, block.sensor), block.period_ms, cells_});
    }

private:
    void collect(const PollBlock& block, std::size_t sensor) {
        at_ms_.clear();
        values_.clear();
        for (std::size_t poll = 0; poll < block.places.size(); ++poll) {
            const auto value = block.value(poll, sensor);
            if (!value) continue;
            at_ms_.push_back(block.at_ms(poll));
            values_.push_back(*value);
        }
    }

    ArchiveSink sink_;
    std::vector<std::int64_t> at_ms_;
    std::vector<double> values_;
    std::vector<SeriesCell> cells_;
};

}  // namespace

class Measurements::Reader : public ArchiveReader {
public:
    Reader(Measurements& owner, std::unique_ptr<SampleReader> reader)
        : owner_(owner),
          readers_(owner.readers_),
          reader_(reader.get()),
          resolution_(reader->resolution()) {
        owner.readers_->in_use[reader_] = std::move(reader);
    }
    ~Reader() override {
        const auto all = readers_.lock();
        if (!all) return;  // gone with the store
        const auto found = all->in_use.find(reader_);
        all->finished.push_back(std::move(found->second));
        all->in_use.erase(found);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    asio::awaitable<Result<bool>> step(ArchiveSink sink) override {
        struct Step {
            Result<bool> more;
            double progress;
            std::vector<std::string> damage;
        };
        auto work = [reader = reader_, translator = Translator{std::move(sink)}]() mutable {
            const SampleSink taking{
                [&translator](const PollBlock& block) { return translator.polls(block); },
                [&translator](const CellBlock& block) { return translator.cells(block); }};
            const auto end = std::chrono::steady_clock::now() + step_length;
            auto more = reader->step(taking);
            while (more && *more && std::chrono::steady_clock::now() < end)
                more = reader->step(taking);
            return Step{std::move(more), reader->progress(), reader->damage()};
        };
        auto done = co_await owner_.exclusively(std::move(work));
        progress_ = done.progress;
        damage_ = std::move(done.damage);
        co_return std::move(done.more);
    }
    Resolution resolution() const override { return resolution_; }
    double progress() const override { return progress_; }
    std::vector<std::string> damage() const override { return damage_; }

private:
    Measurements& owner_;
    std::weak_ptr<Readers> readers_;
    SampleReader* reader_;
    Resolution resolution_;
    double progress_ = 0;
    std::vector<std::string> damage_;
};

asio::awaitable<Result<std::shared_ptr<ArchiveReader>>> Measurements::ask(SampleQuery query) {
    using Made = Result<std::unique_ptr<SampleReader>>;
    auto work = [this, query = std::move(query)]() mutable -> Made {
        if (!samples_) return fail(Fault::unavailable, "the store of readings is not open yet");
        return samples_->read(std::move(query));
    };
    auto made = co_await exclusively(std::move(work));
    if (!made) co_return tl::unexpected<Error>(made.error());
    co_return std::make_shared<Reader>(*this, std::move(*made));
}

asio::awaitable<Result<std::optional<WallTime>>> Measurements::oldest() {
    using Found = Result<std::optional<WallTime>>;
    auto work = [this]() -> Found {
        if (!samples_) return fail(Fault::unavailable, "the store of readings is not open yet");
        return samples_->oldest();
    };
    co_return co_await exclusively(std::move(work));
}

}  // namespace frugald
