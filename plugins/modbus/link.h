#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/core/result.h"
#include "plugins/modbus/frame.h"
#include "plugins/modbus/wake.h"

namespace frugald::modbus {

/// The one connection to a gateway, with one request at a time on it. Blocks: used by one thread,
/// which `wake` can stop. `wake` outlives it.
class Link {
public:
    Link(std::string host, std::uint16_t port, Wake& wake);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    bool open() const;
    /// Does nothing while it is open.
    Result<void> connect(std::chrono::milliseconds timeout);
    /// An exception is an answer. Any error closes the connection: an answer that comes late must
    /// not be taken for another one's. Fault::timeout, cancelled, unparsable, or unavailable when
    /// the other side has closed.
    Result<Answer> ask(const Question& question, std::chrono::milliseconds timeout);
    void close();
    /// Whether anything was answered since the connection was made.
    bool proven() const { return proven_; }

private:
    struct Context;  // libmodbus's
    Result<Answer> exchange(const Question& question, std::chrono::milliseconds timeout);
    Result<void> send(const Question& question);
    Result<Answer> receive(const Question& question, SteadyTime deadline);

    const std::string host_;
    const std::uint16_t port_;
    Wake& wake_;
    std::unique_ptr<Context> context_;
    std::uint16_t transaction_ = 0;
    bool proven_ = false;
};

}  // namespace frugald::modbus
