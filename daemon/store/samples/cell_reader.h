#pragma once

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/matcher.h"
#include "daemon/store/samples/open_files.h"
#include "daemon/store/samples/sample_reader.h"

namespace frugald::samples {

/// Cells from the files of one rollup, row by row, and at the end those in memory.
class CellReader final : public SampleReader {
public:
    CellReader(const TimeFiles& files, const Rollup& rollup, const Catalogue& catalogue,
               SampleQuery query, Resolution resolution);

    Result<bool> step(const SampleSink& sink) override;
    Resolution resolution() const override { return resolution_; }
    double progress() const override;
    const std::vector<std::string>& damage() const override { return damage_; }

private:
    void begin();
    Result<bool> step_file(const TimeFiles::Existing& file, const SampleSink& sink);
    Result<void> step_range(OpenFiles::File& file, std::int64_t end, const SampleSink& sink);
    Result<void> step_rows(OpenFiles::File& file, const SampleSink& sink);
    Result<void> read_row(std::int64_t id, std::span<const std::uint8_t> blob,
                          const SampleSink& sink);
    Result<void> read_memory(const SampleSink& sink);
    bool hand_over(std::uint32_t stream, std::uint32_t sensor, std::span<const Cell> cells,
                   const SampleSink& sink) const;
    void note(std::string what);

    const TimeFiles& files_;
    const Rollup& rollup_;
    const Catalogue& catalogue_;
    SampleQuery query_;
    Resolution resolution_;
    std::int64_t from_ms_, to_ms_;
    std::optional<Matcher> matcher_;  // from the first step on
    std::vector<bool> wanted_;        // by stream
    bool most_ = false;               // of the streams are wanted: read rows in a row
    OpenFiles open_;
    std::vector<TimeFiles::Existing> list_;
    std::size_t file_ = 0;
    std::int64_t next_ = 0, end_ = 0;  // ids of rows: the next one, and after the last
    std::size_t memory_ = 0;           // the next stream whose memory is read
    std::vector<std::pair<std::int64_t, std::vector<std::uint8_t>>> rows_;
    std::vector<std::string> damage_;
};

}  // namespace frugald::samples
