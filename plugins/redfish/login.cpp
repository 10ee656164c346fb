// How a Bmc logs in: sessions where it has them, else Basic.

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "plugins/redfish/bmc.h"

namespace frugald::redfish {
namespace {

constexpr std::string_view usual_sessions = "/redfish/v1/SessionService/Sessions";
constexpr seconds no_slot_pause{600};
constexpr seconds no_sessions_pause{24 * 3600};

void append_json(std::string& body, std::string_view text) {
    body += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') body += '\\';
        if (static_cast<unsigned char>(c) < ' ')
            body += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            body += c;
    }
    body += '"';
}

// By hand, and in one place that is wiped: a JSON tree would leave copies of the password.
std::string credentials(const Group& group) {
    const std::string_view password = group.password.reveal();
    std::string body;
    body.reserve(64 + 6 * (group.user.size() + password.size()));
    body += "{\"UserName\":";
    append_json(body, group.user);
    body += ",\"Password\":";
    append_json(body, password);
    body += '}';
    return body;
}

/// The path of a Location, which may be a whole URL.
std::string path_of(const std::string& location) {
    const auto scheme = location.find("://");
    if (scheme == std::string::npos) return location;
    const auto path = location.find('/', scheme + 3);
    return path == std::string::npos ? std::string{} : location.substr(path);
}

}  // namespace

asio::awaitable<Result<void>> Bmc::log_in(Sending sending) {
    const auto now = Steady::now();
    if (login_ == Login::session) co_return Result<void>{};
    if (now < held_until_)
        co_return fail(Fault::unauthorized,
                       fmt::format("{} refused the login or its certificate is not trusted: it is "
                                   "left alone for a while, so that the account is not locked",
                                   label()));
    if (login_ == Login::basic && now < basic_until_) co_return Result<void>{};
    const Result<void> found = co_await find_sessions(sending);
    if (!found) co_return tl::unexpected(found.error());
    std::string body = credentials(*group_);
    HttpRequest request;
    request.method = Method::post;
    request.path = sessions_;
    request.body = body;
    const Result<HttpReply> reply = co_await exchange(std::move(request), sending);
    wipe(body);
    if (!reply) co_return tl::unexpected(reply.error());
    token_ = Secret();
    std::string old_session = std::exchange(session_, {});
    const Result<void> taken = take_login(*reply, now);
    const bool replaced = taken && login_ == Login::session && old_session != session_;
    if (replaced && !closed_)
        co_await drop_session(token_, std::move(old_session), sending.still_wanted);
    co_return taken;
}

// Some BMCs keep their sessions elsewhere; the root is readable without a login.
asio::awaitable<Result<void>> Bmc::find_sessions(Sending sending) {
    if (!sessions_.empty()) co_return Result<void>{};
    HttpRequest request;
    request.path = "/redfish/v1/";
    const Result<HttpReply> reply = co_await exchange(std::move(request), sending);
    if (!reply) co_return tl::unexpected(reply.error());
    const Result<Document> root = parse_document(reply->body);
    std::optional<std::string> path;
    if (root) path = link(find(find(*root, "Links"), "Sessions"));
    sessions_ = path.value_or(std::string(usual_sessions));
    co_return Result<void>{};
}

Result<void> Bmc::take_login(const HttpReply& reply, Steady::time_point began) {
    const unsigned status = reply.status;
    if (status == 401 || status == 403 || status == 400) {
        held_until_ = began + group_->refusal_hold;
        return fail(Fault::unauthorized,
                    fmt::format("{} does not accept the user {} with this password (HTTP status "
                                "{}): correct user and secret",
                                label(), group_->user, status));
    }
    if (status >= 200 && status < 300 && !reply.token.empty()) {
        token_ = Secret(reply.token);
        session_ = path_of(reply.location);
        const Result<Document> document = parse_document(reply.body);
        if (session_.empty() && document)
            session_ = link(find(*document, "@odata.id")).value_or("");
        login_ = Login::session;
        ++contact_;
        return {};
    }
    if (status == 404 || status == 405 || status == 410 || status == 501 || status < 300)
        use_basic("offers no sessions", no_sessions_pause);
    else  // iDRAC with all its sessions taken: 503, RAC0218
        use_basic("has no free session (close those of other programs)", no_slot_pause);
    return {};
}

void Bmc::use_basic(std::string_view why, seconds lasting) {
    if (login_ != Login::basic) ++contact_;
    login_ = Login::basic;
    basic_until_ = Steady::now() + lasting;
    if (!told_basic_)
        log::notice("redfish: {} {}: each request carries user and password", label(), why);
    told_basic_ = true;
}

}  // namespace frugald::redfish
