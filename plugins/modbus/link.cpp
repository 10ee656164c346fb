#include "plugins/modbus/link.h"

#include <fmt/format.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "daemon/core/c_handle.h"
#include "plugins/modbus/connect.h"

namespace frugald::modbus {

namespace {

using namespace std::chrono_literals;
/// Once a frame has begun it comes quickly; so long the thread cannot be stopped.
constexpr std::chrono::milliseconds rest_of_frame = 1000ms;

tl::unexpected<Error> lost(int error) {
    if (error == ETIMEDOUT) return fail(Fault::timeout, "the answer stopped in the middle");
    if (error >= MODBUS_ENOBASE)
        return fail(Fault::unparsable,
                    fmt::format("the answer is no Modbus frame: {}", modbus_strerror(error)));
    return fail(Fault::unavailable,
                fmt::format("the connection was lost: {}", modbus_strerror(error)));
}

}  // namespace

struct Link::Context {
    CHandle<modbus_t, modbus_free> modbus{modbus_new_tcp(nullptr, 0)};
    int fd = -1;
};

Link::Link(std::string host, std::uint16_t port, Wake& wake)
    : host_(std::move(host)), port_(port), wake_(wake), context_(std::make_unique<Context>()) {
    if (!context_->modbus) throw std::bad_alloc{};
    // A frame has one deadline, not one for each of its bytes.
    modbus_set_byte_timeout(context_->modbus.get(), 0, 0);
}

Link::~Link() { close(); }

bool Link::open() const { return context_->fd >= 0; }

void Link::close() {
    if (open()) modbus_close(context_->modbus.get());
    context_->fd = -1;
    proven_ = false;
}

Result<void> Link::connect(std::chrono::milliseconds timeout) {
    if (open()) return {};
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto fd = connect_to(host_, port_, deadline, wake_);
    if (!fd) return tl::unexpected{fd.error()};
    context_->fd = *fd;
    modbus_set_socket(context_->modbus.get(), *fd);
    return {};
}

Result<Answer> Link::ask(const Question& question, std::chrono::milliseconds timeout) {
    auto answer = exchange(question, timeout);
    if (answer)
        proven_ = true;
    else
        close();
    return answer;
}

Result<Answer> Link::exchange(const Question& question, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const auto sent = send(question);
    if (!sent) return tl::unexpected{sent.error()};
    if (!wake_.ready(context_->fd, POLLIN, deadline))
        return fail(wake_.stopped() ? Fault::cancelled : Fault::timeout,
                    fmt::format("no answer within {} ms", timeout.count()));
    return receive(question, deadline);
}

/// libmodbus would number the requests itself, and never say how. The one request that is under way
/// always finds room.
Result<void> Link::send(const Question& question) {
    const auto frame = request_frame(question, ++transaction_);
    const auto size = ::send(context_->fd, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (size < 0) return lost(errno);
    if (static_cast<std::size_t>(size) != frame.size()) return lost(EPIPE);
    return {};
}

Result<Answer> Link::receive(const Question& question, SteadyTime deadline) {
    auto* const modbus = context_->modbus.get();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto patience = std::clamp(left, 1ms, rest_of_frame);
    modbus_set_response_timeout(modbus, static_cast<std::uint32_t>(patience / 1s),
                                static_cast<std::uint32_t>((patience % 1s) / 1us));
    std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> frame{};
    const int size = modbus_receive_confirmation(modbus, frame.data());
    if (size < 0) return lost(errno);
    return read_answer(question, transaction_,
                       std::span{frame}.first(static_cast<std::size_t>(size)));
}

}  // namespace frugald::modbus
