#include "daemon/export/series_answer.h"

namespace frugald {

namespace {
constexpr std::size_t piece_bytes = 64 * 1024;
}  // namespace

asio::awaitable<Result<std::shared_ptr<const std::string>>> SeriesAnswer::next() {
    if (finished_) co_return std::shared_ptr<const std::string>{};
    const auto piece = std::make_shared<std::string>();
    if (!std::exchange(begun_, true)) text_->begin(*piece);
    // The worker keeps what it writes to, even if nobody waits any more.
    const auto take = [piece, text = text_](const auto& block) {
        text->add(block, *piece);
        return true;
    };
    const ArchiveSink sink{take, take};
    while (piece->size() < piece_bytes && !finished_) {
        const auto more = co_await reader_->step(sink);
        if (!more) co_return tl::unexpected<Error>(more.error());
        finished_ = !*more;
    }
    if (finished_) text_->end(reader_->damage(), *piece);
    co_return piece;
}

}  // namespace frugald
