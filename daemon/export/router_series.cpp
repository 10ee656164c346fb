#include <algorithm>

#include "daemon/export/router.h"
#include "daemon/export/series_answer.h"
#include "daemon/export/series_query.h"
#include "daemon/export/series_runs.h"

namespace frugald {

namespace {

constexpr std::ptrdiff_t most_streams = 16;

const char* type_of(SeriesFormat format) {
    switch (format) {
        case SeriesFormat::json:
            return json_type;
        case SeriesFormat::lines:
            return "application/x-ndjson";
        case SeriesFormat::csv:
            return "text/csv; charset=utf-8";
    }
    return "text/plain";
}

using Reading = Result<std::shared_ptr<ArchiveReader>>;

/// Of a job each run that is in the wanted time, on the nodes it had, all by one resolution.
asio::awaitable<Reading> open_reading(Archive& archive, EnergyDoor* door, SeriesQuestion question) {
    auto& query = question.query;
    if (!question.job) co_return co_await archive.ask(std::move(query));
    if (door == nullptr) co_return fail(Fault::unsupported, "no jobs are kept here");
    const auto spans = co_await door->job_spans(*question.job);
    if (!spans) co_return tl::unexpected<Error>(spans.error());
    const auto from = query.from, to = query.to;
    std::vector<std::shared_ptr<ArchiveReader>> readers;
    for (const auto& span : *spans) {
        query.devices = span.nodes;
        query.from = std::max(from, span.from);
        query.to = std::min(to, span.to);
        if (span.nodes.empty() || query.from >= query.to) continue;  // no nodes would mean all
        auto reader = co_await archive.ask(query);
        if (!reader) co_return reader;
        readers.push_back(std::move(*reader));
        query.resolution = readers.front()->resolution();
    }
    if (readers.empty())
        co_return fail(Fault::invalid, "nothing of this job is stored for this time");
    co_return std::make_shared<SeriesRuns>(std::move(readers));
}

}  // namespace

asio::awaitable<Answer> Router::series(const Target& target) {
    Archive* const archive = control_.archive();
    if (!rendered_ || archive == nullptr)
        co_return error(503, "unavailable", "frugald is starting: no history yet");
    auto question = parse_series_question(target, *rendered_->snapshot());
    if (!question) co_return error(400, "invalid", question.error().text);
    std::erase_if(streams_, [](const auto& stream) { return stream.expired(); });
    if (std::ssize(streams_) >= most_streams)
        co_return error(503, "unavailable",
                        "16 long answers are under way already; ask again when one is over");
    const auto format = question->format;
    auto reader = co_await open_reading(*archive, control_.energy(), std::move(*question));
    if (!reader) {
        const auto fault = reader.error().fault;
        const bool unknown = fault == Fault::invalid || fault == Fault::unsupported;
        co_return error(unknown ? 404 : 503, to_string(fault), reader.error().text);
    }
    const auto stream = std::make_shared<SeriesAnswer>(std::move(*reader), format);
    streams_.push_back(stream);
    Answer answer{200, type_of(format), nullptr};
    answer.stream = stream;
    co_return answer;
}

}  // namespace frugald
