#include "tests/room/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace frugald::room {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (epoll_ < 0 || wake_ < 0)
        throw std::runtime_error("no descriptors left for the loop: raise ulimit -n");
    watch(wake_, [this] {
        std::uint64_t count = 0;
        static_cast<void>(::read(wake_, &count, sizeof count));
        stopped_ = true;
    });
}

Loop::~Loop() {
    ::close(wake_);
    ::close(epoll_);
}

void Loop::watch(int fd, Task readable) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
        throw std::runtime_error("epoll refused a descriptor: raise ulimit -n");
    watched_[fd] = std::move(readable);
}

void Loop::forget(int fd) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(fd);
}

void Loop::at(TimePoint when, Task task) { timers_.emplace(when, std::move(task)); }

void Loop::in(std::chrono::duration<double> delay, Task task) {
    at(now_ + std::chrono::duration_cast<Clock::duration>(delay), std::move(task));
}

int Loop::wait_time() const {
    if (timers_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - now_);
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3600000));
}

void Loop::run_due() {
    while (!timers_.empty() && timers_.begin()->first <= now_) {
        const Task task = std::move(timers_.begin()->second);
        timers_.erase(timers_.begin());
        task();
    }
}

void Loop::run() {
    stopped_ = false;
    while (!stopped_) {
        now_ = Clock::now();
        run_due();
        std::array<epoll_event, 64> events;
        const int ready = epoll_wait(epoll_, events.data(), events.size(), wait_time());
        now_ = Clock::now();
        for (int i = 0; i < ready; ++i) {
            const auto found = watched_.find(events[static_cast<std::size_t>(i)].data.fd);
            if (found == watched_.end()) continue;
            // a copy: the task may forget its own descriptor
            const Task readable = found->second;
            readable();
        }
    }
}

void Loop::stop() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_, &one, sizeof one));
}

}  // namespace frugald::room
