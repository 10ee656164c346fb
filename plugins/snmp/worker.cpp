#include "plugins/snmp/worker.h"

#include "plugins/snmp/library.h"

namespace frugald::snmp {

Worker::Worker(const SnmpConfig& config, const Profiles& profiles, Take take)
    : config_(config), profiles_(profiles), take_(std::move(take)) {
    for (const auto& pdu : config_.pdus)
        devices_.push_back(
            std::make_unique<Device>(loop_, pdu, profiles_, config_.patience, keys_));
    thread_ = std::thread{[this] { run(); }};
}

Worker::~Worker() {
    stop();
    join();
}

void Worker::run() {
    const Library library;
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < devices_.size(); ++i) {
        auto& device = *devices_[i];
        // Spread over one interval, so that PDUs are not asked, and summed up, all at once.
        const auto first = now + config_.pdus[i].interval * i / devices_.size();
        asio::co_spawn(loop_, keep_polling(device, first), asio::detached);
    }
    loop_.run();
    devices_.clear();
}

asio::awaitable<void> Worker::keep_polling(Device& device, SteadyTime first) {
    auto due = first;
    for (;;) {
        co_await device.waiter().sleep_until(due);
        if (device.waiter().stopped()) co_return;
        const auto start = std::chrono::steady_clock::now();
        auto report = co_await device.poll();
        if (device.waiter().stopped()) co_return;
        take_(std::move(report));
        due =
            std::max(std::min(due, start) + device.next_after(), std::chrono::steady_clock::now());
    }
}

void Worker::refresh(std::string name) {
    asio::post(loop_, [this, name = std::move(name)] {
        for (const auto& device : devices_)
            if (device->name() == name) device->waiter().wake();
    });
}

void Worker::stop() {
    asio::post(loop_, [this] {
        for (const auto& device : devices_) device->waiter().stop();
    });
}

void Worker::join() {
    if (thread_.joinable()) thread_.join();
}

}  // namespace frugald::snmp
