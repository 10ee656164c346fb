#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/ports/plugin.h"
#include "daemon/ports/sink.h"
#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::bench {

constexpr std::uint16_t snmp_port = 16130;

/// frugald-room with PDUs, in a process of its own.
class Pdus {
public:
    explicit Pdus(const std::string& plan);

private:
    Scratch scratch_;
    test::Program program_;
};

/// A room's plan: p1, p2, ... of 48 outlets at 127.30.0.1, 127.30.0.2, ...
std::string room_of(unsigned count);
/// The same for frugald's [snmp].
std::string pdus_of(unsigned count);

/// The plugin at work, until it is destroyed.
class Polling {
public:
    Polling(const std::string& config, ObservationSink& sink);
    ~Polling();
    void run_for(std::chrono::milliseconds length);

private:
    asio::io_context loop_;
    asio::executor_work_guard<asio::io_context::executor_type> runs_on_{loop_.get_executor()};
    asio::thread_pool workers_{1};
    std::unique_ptr<Module> module_;
};

}  // namespace frugald::bench
