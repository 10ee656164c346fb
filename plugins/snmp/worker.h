#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "plugins/snmp/device.h"

namespace frugald::snmp {

/// Polls all PDUs on one thread of its own, which alone uses libnetsnmp. Each PDU has its own
/// rhythm; nothing a PDU does or does not do delays another.
class Worker {
public:
    using Take = std::function<void(Report)>;  // called on the worker's thread

    /// Config and profiles outlive the worker.
    Worker(const SnmpConfig& config, const Profiles& profiles, Take take);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void refresh(std::string device);
    /// Asks everything to end; returns at once.
    void stop();
    /// Waits for the end of the thread.
    void join();

private:
    void run();
    asio::awaitable<void> keep_polling(Device& device, SteadyTime first);

    const SnmpConfig& config_;
    const Profiles& profiles_;
    Take take_;
    asio::io_context loop_{1};
    Keys keys_;
    std::vector<std::unique_ptr<Device>> devices_;
    std::thread thread_;
};

}  // namespace frugald::snmp
