#include "plugins/redfish/bmc.h"

#include <fmt/format.h>

#include "plugins/redfish/status.h"

namespace frugald::redfish {
namespace {

constexpr std::chrono::milliseconds longest_farewell{2000};

/// Leaves the lane, however the coroutine ends.
class Passage {
public:
    explicit Passage(Lane& lane) : lane_(lane) {}
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage() { lane_.leave(); }

private:
    Lane& lane_;
};

Result<Reply> read(const std::string& label, const HttpRequest& request, const HttpReply& reply) {
    Result<Document> document = Document{};
    if (!reply.body.empty()) document = parse_document(reply.body);
    if (request.method == Method::patch && (reply.status == 412 || reply.status == 428))
        return Reply{.changed = true};
    if (reply.status < 200 || reply.status >= 300)
        return refusal(label, request, reply, document.value_or(Document{}));
    if (request.method == Method::get && reply.body.empty())
        return fail(Fault::unparsable, fmt::format("{}: {} is empty", label, request.path));
    if (!document)
        return fail(Fault::unparsable,
                    fmt::format("{}: {}: {}", label, request.path, document.error().text));
    if (is_error(*document) && request.method == Method::get)
        return fail(Fault::unsupported,
                    fmt::format("{} has no {}: {}", label, request.path, error_message(*document)));
    std::string etag = reply.etag;
    if (etag.empty()) etag = text(find(*document, "@odata.etag")).value_or("");
    return Reply{
        .document = *std::move(document), .etag = std::move(etag), .later = reply.status == 202};
}

}  // namespace

Bmc::Bmc(asio::io_context& loop, std::shared_ptr<const Group> group, Endpoint endpoint,
         std::shared_ptr<Tls> tls)
    : group_(std::move(group)),
      endpoint_(std::move(endpoint)),
      connection_(make_connection(loop, endpoint_, std::move(tls))),
      lane_(loop) {}

asio::awaitable<Result<Reply>> Bmc::get(std::string path, Sending sending) {
    HttpRequest request;
    request.path = std::move(path);
    const Result<HttpReply> reply = co_await send(request, sending);
    if (!reply) co_return tl::unexpected(reply.error());
    co_return read(label(), request, *reply);
}

asio::awaitable<Result<Reply>> Bmc::change(Method method, std::string path, std::string body,
                                           std::string etag, Sending sending) {
    HttpRequest request;
    request.method = method;
    request.path = std::move(path);
    request.body = body;
    request.if_match = std::move(etag);
    const Result<HttpReply> reply = co_await send(request, sending);
    if (!reply) co_return tl::unexpected(reply.error());
    Result<Reply> answer = read(label(), request, *reply);
    // It was done, whatever the BMC says about it.
    if (!answer && answer.error().fault == Fault::unparsable) answer = Reply{};
    co_return answer;
}

asio::awaitable<Result<HttpReply>> Bmc::send(HttpRequest request, Sending sending) {
    co_await lane_.enter(sending.priority);
    const Passage passage(lane_);
    co_return co_await send_authorized(request, sending);
}

asio::awaitable<Result<HttpReply>> Bmc::send_authorized(HttpRequest& request, Sending sending) {
    for (bool again = true;; again = false) {
        const Result<void> ready = co_await log_in(sending);
        if (!ready) co_return tl::unexpected(ready.error());
        authorize(request);
        Result<HttpReply> reply = co_await exchange(request, sending);
        const bool expired = reply && reply->status == 401 && login_ == Login::session;
        if (!expired || !again) co_return reply;
        login_ = Login::none;
    }
}

asio::awaitable<Result<HttpReply>> Bmc::exchange(HttpRequest request, Sending sending) {
    if (closed_) co_return fail(Fault::cancelled, label() + ": frugald is stopping");
    Result<HttpReply> reply =
        co_await connection_->exchange(std::move(request), group_->timeout, sending.still_wanted);
    note(reply);
    co_return reply;
}

void Bmc::note(const Result<HttpReply>& reply) {
    if (reply) {
        if (silent_) {
            ++contact_;
            ++returns_;
        }
        silent_ = false;
        if (reply->status == 401 && login_ == Login::basic)
            held_until_ = Steady::now() + group_->refusal_hold;
    } else if (reply.error().fault == Fault::timeout ||
               reply.error().fault == Fault::unauthorized) {
        silent_ = true;
        if (reply.error().fault == Fault::unauthorized)
            held_until_ = Steady::now() + group_->refusal_hold;
    }
}

void Bmc::authorize(HttpRequest& request) const {
    request.token = login_ == Login::session ? token_ : Secret();
    request.basic = Secret();
    if (login_ != Login::basic) return;
    const std::string_view password = group_->password.reveal();
    std::string both;
    both.reserve(group_->user.size() + 1 + password.size());  // one place, which Secret wipes
    both.append(group_->user).append(1, ':').append(password);
    request.basic = Secret(std::move(both));
}

asio::awaitable<void> Bmc::close() {
    closed_ = true;
    connection_->abort();
    co_await lane_.enter(Priority::control);
    const Passage passage(lane_);
    if (login_ == Login::session) {
        login_ = Login::none;
        co_await drop_session(std::move(token_), std::move(session_), nullptr);
    }
    connection_->abort();
}

asio::awaitable<void> Bmc::drop_session(Secret token, std::string session,
                                        const StillWanted* still_wanted) {
    if (session.empty()) co_return;
    HttpRequest farewell;
    farewell.method = Method::delete_;
    farewell.path = std::move(session);
    farewell.token = std::move(token);
    // Whether it worked changes nothing: the BMC lets an unused session expire.
    static_cast<void>(
        co_await connection_->exchange(std::move(farewell), longest_farewell, still_wanted));
}

}  // namespace frugald::redfish
