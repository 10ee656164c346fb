#pragma once

#include "daemon/ports/archive.h"

namespace frugald {

/// Several answers of one resolution, one after the other: of the runs of a job.
class SeriesRuns : public ArchiveReader {
public:
    /// At least one.
    explicit SeriesRuns(std::vector<std::shared_ptr<ArchiveReader>> readers)
        : readers_(std::move(readers)) {}

    asio::awaitable<Result<bool>> step(ArchiveSink sink) override {
        const auto reader = readers_[place_];
        const auto more = co_await reader->step(std::move(sink));
        if (!more || *more) co_return more;
        if (place_ + 1 == readers_.size()) co_return false;
        ++place_;
        co_return true;
    }
    Resolution resolution() const override { return readers_.front()->resolution(); }
    double progress() const override {
        return (static_cast<double>(place_) + readers_[place_]->progress()) /
               static_cast<double>(readers_.size());
    }
    std::vector<std::string> damage() const override {
        std::vector<std::string> all;
        for (const auto& reader : readers_)
            for (auto& one : reader->damage()) all.push_back(std::move(one));
        return all;
    }

private:
    std::vector<std::shared_ptr<ArchiveReader>> readers_;
    std::size_t place_ = 0;
};

}  // namespace frugald
