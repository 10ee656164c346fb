#include "daemon/ports/scheduler.h"

namespace frugald {

asio::awaitable<Result<void>> Scheduler::comment(JobComment) {
    co_return fail(Fault::unsupported, "this scheduler keeps no comments");
}

}  // namespace frugald
