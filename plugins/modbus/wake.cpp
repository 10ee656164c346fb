#include "plugins/modbus/wake.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace frugald::modbus {

namespace {

using std::chrono::milliseconds;

int event_fd() {
    const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    return fd;
}

int milliseconds_until(SteadyTime at) {
    const auto left = std::chrono::ceil<milliseconds>(at - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp(left, milliseconds{0}, milliseconds{3'600'000}).count());
}

/// Polls until something is ready or `at` has come.
void poll_until(pollfd* fds, nfds_t count, SteadyTime at) {
    for (;;) {
        const int left = milliseconds_until(at);
        const int ready = ::poll(fds, count, left);
        if (ready > 0 || (ready < 0 && errno != EINTR)) return;
        if (left == 0) return;
    }
}

}  // namespace

Wake::Wake() : stop_fd_(event_fd()), wake_fd_(event_fd()) {}

Wake::~Wake() {
    ::close(stop_fd_);
    ::close(wake_fd_);
}

void Wake::stop() {
    stopped_ = true;
    ::eventfd_write(stop_fd_, 1);
}

void Wake::wake() { ::eventfd_write(wake_fd_, 1); }

bool Wake::sleep_until(SteadyTime at) {
    pollfd fds[] = {{stop_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
    poll_until(fds, 2, at);
    eventfd_t ignored = 0;
    ::eventfd_read(wake_fd_, &ignored);
    return !stopped_;
}

bool Wake::ready(int fd, short events, SteadyTime deadline) {
    pollfd fds[] = {{stop_fd_, POLLIN, 0}, {fd, events, 0}};
    if (stopped_) return false;
    poll_until(fds, 2, deadline);
    return !stopped_ && fds[1].revents != 0;
}

}  // namespace frugald::modbus
