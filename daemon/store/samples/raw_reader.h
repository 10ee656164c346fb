#pragma once

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/matcher.h"
#include "daemon/store/samples/open_files.h"
#include "daemon/store/samples/sample_reader.h"

namespace frugald::samples {

/// Polls as they were measured. A step is one stream in one day file; with the last one go the
/// chunks in memory.
class RawReader final : public SampleReader {
public:
    RawReader(const Files& files, const Catalogue& catalogue, SampleQuery query);

    Result<bool> step(const SampleSink& sink) override;
    Resolution resolution() const override { return Resolution::raw; }
    double progress() const override;
    const std::vector<std::string>& damage() const override { return damage_; }

private:
    Result<void> read_day(const TimeFiles::Existing& day, const SampleSink& sink);
    Result<void> read_memory(const SampleSink& sink);
    Result<void> read_chunk(std::span<const std::uint8_t> chunk, const SampleSink& sink);
    bool hand_over(const Matcher::Columns& columns, const SampleSink& sink);
    Result<void> note(std::string where, Result<void> read);
    std::uint32_t stream() const { return matcher_->streams()[place_]; }

    const Files& files_;
    const Catalogue& catalogue_;
    SampleQuery query_;
    const codec::InstantRange range_;
    std::optional<Matcher> matcher_;  // from the first step on
    OpenFiles open_;
    std::vector<TimeFiles::Existing> days_;
    std::uint64_t generation_ = 0;
    std::size_t place_ = 0;  // of the stream
    std::size_t day_ = 0;
    codec::ChunkBlock block_;
    std::vector<unsigned> places_;
    std::vector<std::string> damage_;
};

}  // namespace frugald::samples
