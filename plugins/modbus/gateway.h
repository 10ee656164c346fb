#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "plugins/modbus/meter.h"

namespace frugald::modbus {

/// The meters behind one address, on a thread of their own: one connection, one request at a time.
/// Nothing a gateway does or does not do delays another.
class Gateway {
public:
    using Take = std::function<void(Report)>;  // called on the gateway's thread

    Gateway(std::string host, std::uint16_t port, Take take);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    /// Before `start`. Config and profile outlive the gateway.
    void add(const MeterConfig& config, const Profile& profile);
    void start();
    /// The meter of that name is due now, if it is one of these.
    void refresh(std::string_view meter);
    /// Asks the thread to end; returns at once. `join` waits for it: at most a second.
    void stop() { wake_.stop(); }
    void join();

private:
    struct Line {
        Line(const MeterConfig& config, const Profile& profile) : meter(config, profile) {}
        Meter meter;
        SteadyTime due{};
        std::atomic<bool> at_once = false;
    };
    void run();
    Line& next();
    void poll(Line& line);
    Result<std::vector<NamedReading>> read(Meter& meter);
    Result<void> connect(const Meter& meter);

    Wake wake_;
    Link link_;
    Take take_;
    std::vector<std::unique_ptr<Line>> lines_;
    Health connections_;
    SteadyTime connect_again_{};
    Error why_not_connected_;
    std::thread thread_;
};

}  // namespace frugald::modbus
