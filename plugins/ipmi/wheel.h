#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "daemon/ports/asio.h"

namespace frugald::ipmi {

class Wheel;

/// A timer for one purpose of one BMC. Setting and stopping it costs the same however many there
/// are; it rings on the loop thread, up to two ticks late. Must not outlive its wheel.
class Alarm {
public:
    Alarm(Wheel& wheel, std::function<void()> ring) : wheel_(wheel), ring_(std::move(ring)) {}
    ~Alarm() { stop(); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void set(std::chrono::steady_clock::duration after);
    void stop();
    bool is_set() const { return previous_ != nullptr; }

private:
    friend class Wheel;
    Wheel& wheel_;
    std::function<void()> ring_;
    std::uint64_t due_ = 0;       // tick
    Alarm** previous_ = nullptr;  // what points to us in the slot's list
    Alarm* next_ = nullptr;
};

/// A timing wheel: all alarms of all BMCs on one Asio timer, which rests while none is set.
class Wheel {
public:
    static constexpr std::chrono::milliseconds tick{5};

    explicit Wheel(asio::io_context& loop);
    ~Wheel();
    Wheel(const Wheel&) = delete;
    Wheel& operator=(const Wheel&) = delete;

private:
    friend class Alarm;
    static constexpr std::size_t slots = 4096;  // one turn is 20 s; later alarms stay in their slot

    void add(Alarm& alarm);
    void remove(Alarm& alarm);
    void wait();
    void turn();
    void ring(std::size_t slot);
    std::uint64_t present() const;

    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point start_;
    std::uint64_t now_ = 0;  // tick up to which all slots were rung
    std::size_t set_ = 0;
    bool waiting_ = false;
    std::array<Alarm*, slots> heads_{};
};

}  // namespace frugald::ipmi
