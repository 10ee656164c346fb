#pragma once

#include <memory>
#include <string>

#include "daemon/core/result.h"
#include "daemon/ports/asio.h"

namespace frugald {

/// A body that is made while it is sent, in pieces.
class AnswerStream {
public:
    virtual ~AnswerStream() = default;
    /// The next piece, which may be empty; null after the last. After an error the connection is
    /// broken off, so that nobody takes what came for the whole.
    virtual asio::awaitable<Result<std::shared_ptr<const std::string>>> next() = 0;
    /// 0..1: goes with each piece, as the chunk extension `progress`.
    virtual double progress() const = 0;
};

}  // namespace frugald
