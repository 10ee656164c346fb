#pragma once

#include "daemon/export/answer_stream.h"
#include "daemon/export/series_text.h"
#include "daemon/ports/archive.h"

namespace frugald {

/// An answer of the archive as text, a piece at a time. Written on the archive's worker.
class SeriesAnswer : public AnswerStream {
public:
    SeriesAnswer(std::shared_ptr<ArchiveReader> reader, SeriesFormat format)
        : reader_(std::move(reader)),
          text_(std::make_shared<SeriesText>(format, reader_->resolution())) {}

    asio::awaitable<Result<std::shared_ptr<const std::string>>> next() override;
    double progress() const override { return reader_->progress(); }

private:
    std::shared_ptr<ArchiveReader> reader_;
    std::shared_ptr<SeriesText> text_;
    bool begun_ = false, finished_ = false;
};

}  // namespace frugald
