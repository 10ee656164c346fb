#include "daemon/ports/archive.h"

namespace frugald {

asio::awaitable<Result<void>> ArchiveReader::run(ArchiveSink sink) {
    for (;;) {
        const auto more = co_await step(sink);
        if (!more) co_return tl::unexpected<Error>(more.error());
        if (!*more) co_return Result<void>{};
    }
}

}  // namespace frugald
