#pragma once

#include <type_traits>
#include <utility>

#include "daemon/ports/asio.h"

namespace frugald {

/// Runs a blocking call on a worker and resumes on the loop. One job per foreign handle at a
/// time: the caller keeps the order by awaiting. Name the lambda before the co_await (g++ 12.2
/// destroys captures twice otherwise).
template <class F>
asio::awaitable<std::invoke_result_t<F>> offload(asio::any_io_executor workers, F call) {
    auto job = [call = std::move(call)]() mutable -> asio::awaitable<std::invoke_result_t<F>> {
        co_return call();
    };
    co_return co_await asio::co_spawn(workers, std::move(job), asio::use_awaitable);
}
template <class F>
asio::awaitable<std::invoke_result_t<F>> offload(asio::thread_pool& workers, F call) {
    return offload(asio::any_io_executor{workers.get_executor()}, std::move(call));
}

}  // namespace frugald
