#include "daemon/export/router.h"
#include "daemon/export/series_answer.h"
#include "daemon/export/series_query.h"

namespace frugald {

namespace {

constexpr std::ptrdiff_t most_streams = 16;

const char* type_of(SeriesFormat format) {
    switch (format) {
        case SeriesFormat::json:
            return "application/json";
        case SeriesFormat::lines:
            return "application/x-ndjson";
        case SeriesFormat::csv:
            return "text/csv; charset=utf-8";
    }
    return "text/plain";
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
    auto reader = co_await archive->ask(std::move(question->query));
    if (!reader) co_return error(503, to_string(reader.error().fault), reader.error().text);
    const auto stream = std::make_shared<SeriesAnswer>(std::move(*reader), question->format);
    streams_.push_back(stream);
    Answer answer{200, type_of(question->format), nullptr};
    answer.stream = stream;
    co_return answer;
}

}  // namespace frugald
