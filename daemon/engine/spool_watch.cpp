#include "daemon/engine/spool_watch.h"

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/ports/offload.h"

namespace frugald {

asio::awaitable<void> SpoolWatch::look(std::filesystem::path directory) {
    const std::string where = directory.string();
    std::string problem;
    auto list = [&where, &problem] { return hook::spool_list(where, problem); };
    const auto entries = co_await offload(workers_, list);
    report(problem);
    if (!entries) co_return;
    for (const auto& entry : *entries)
        if (left_alone_.count(entry.name) == 0) co_await take(where, entry);
}

asio::awaitable<void> SpoolWatch::take(std::string directory, hook::Spooled entry) {
    if (allowed_.count(entry.owner) == 0) {
        left_alone_.insert(entry.name);
        log::warning("{}/{} is ignored: it belongs to uid {}, which is not in access.hook_users",
                     directory, entry.name, entry.owner);
        co_return;
    }
    std::string problem;
    auto read = [&] { return hook::spool_read(directory, entry, problem); };
    const auto message = co_await offload(workers_, read);
    if (message) {
        const bool taken = co_await intake_.take_spooled(*message);
        if (!taken) co_return;  // stays, and is offered again
    } else {
        left_alone_.insert(entry.name);
        log::error("{}/{}: {}", directory, entry.name, problem);
        co_return;
    }
    auto remove = [&] { return hook::spool_remove(directory, entry, problem); };
    const bool removed = co_await offload(workers_, remove);
    if (removed) co_return;
    left_alone_.insert(entry.name);
    log::error("{}/{} was taken in, but cannot be removed: {}", directory, entry.name, problem);
}

void SpoolWatch::report(const std::string& problem) {
    if (problem != reported_ && !problem.empty())
        log::error("spool: {}; hooks that find no daemon will be lost", problem);
    reported_ = problem;
}

}  // namespace frugald
