#pragma once

#include <memory>
#include <string>

#include "plugins/slurm/wire.h"
#include "plugins/slurm/worker_process.h"

namespace frugald::slurm {

/// Sends one request and takes its reply. Fault::timeout when the deadline passes first,
/// Fault::unavailable when the worker ends; in both cases the worker is of no more use.
asio::awaitable<Result<Reply>> exchange(asio::io_context& loop,
                                        std::shared_ptr<WorkerProcess> process, Request request,
                                        SteadyTime deadline);

}  // namespace frugald::slurm
