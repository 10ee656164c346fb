#include "plugins/slurm/exchange.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace frugald::slurm {

namespace {

/// Ends the socket's operations at the deadline. Owned by its own timer's handler too, since that
/// may already be queued when the exchange ends.
struct Watch {
    explicit Watch(asio::io_context& loop) : timer(loop) {}
    asio::steady_timer timer;
    bool over = false;
    bool fired = false;
};

std::shared_ptr<Watch> watch(asio::io_context& loop, std::shared_ptr<WorkerProcess> process,
                             SteadyTime deadline) {
    auto made = std::make_shared<Watch>(loop);
    made->timer.expires_at(deadline);
    made->timer.async_wait([made, process](const boost::system::error_code& cancelled) {
        if (cancelled || made->over) return;
        made->fired = true;
        boost::system::error_code ignored;
        process->socket().cancel(ignored);
    });
    return made;
}

tl::unexpected<Error> ended() { return fail(Fault::unavailable, "frugald-slurm has ended"); }

using Socket = asio::local::stream_protocol::socket;

/// False: the worker has ended, or the deadline has.
asio::awaitable<bool> send_all(Socket& socket, const std::string& bytes) {
    boost::system::error_code failed;
    co_await asio::async_write(socket, asio::buffer(bytes),
                               asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

asio::awaitable<bool> fill(Socket& socket, std::string& bytes) {
    boost::system::error_code failed;
    co_await asio::async_read(socket, asio::buffer(bytes),
                              asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

asio::awaitable<Result<Reply>> talk(Socket& socket, std::string frame) {
    const bool sent = co_await send_all(socket, frame);
    if (!sent) co_return ended();
    std::string rest(frame_head, '\0');
    const bool headed = co_await fill(socket, rest);
    if (!headed) co_return ended();
    const auto size = frame_size(rest);
    if (!size) co_return fail(Fault::unparsable, "frugald-slurm sent what is no reply");
    rest.resize(*size);
    const bool whole = co_await fill(socket, rest);
    if (!whole) co_return ended();
    co_return decode_reply(rest);
}

}  // namespace

asio::awaitable<Result<Reply>> exchange(asio::io_context& loop,
                                        std::shared_ptr<WorkerProcess> process, Request request,
                                        SteadyTime deadline) {
    const auto dog = watch(loop, process, deadline);
    auto reply = co_await talk(process->socket(), encode(request));
    dog->over = true;
    dog->timer.cancel();
    if (!reply && dog->fired)
        co_return fail(Fault::timeout, "frugald-slurm did not answer in time and was killed");
    co_return reply;
}

}  // namespace frugald::slurm
