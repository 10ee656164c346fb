#pragma once

#include <memory>
#include <optional>
#include <string>

#include "plugins/redfish/group.h"
#include "plugins/redfish/http.h"
#include "plugins/redfish/json.h"
#include "plugins/redfish/lane.h"

namespace frugald::redfish {

struct Reply {
    Document document{};  // empty when the BMC sent none
    std::string etag{};
    bool later = false;    // 202: accepted, not done yet
    bool changed = false;  // 412, 428 to a PATCH: not done, the ETag is missing or an old one
};

/// What a request is for.
struct Sending {
    Priority priority = Priority::reading;
    const StillWanted* still_wanted = nullptr;  // outlives the request
};

/// One BMC: its connection, its login, one request at a time. The login is a session (DSP0266,
/// 13.3.4) that is deleted when frugald stops or replaces it; where the BMC offers none or has no
/// free one, each request carries user and password.
class Bmc {
public:
    Bmc(asio::io_context& loop, std::shared_ptr<const Group> group, Endpoint endpoint,
        std::shared_ptr<Tls> tls);

    /// Faults: unsupported (404, 405, 410, 501: there is no such thing), refused, unauthorized,
    /// timeout (silent or 5xx), unparsable, cancelled.
    asio::awaitable<Result<Reply>> get(std::string path, Sending sending = {});
    /// POST or PATCH of a JSON body. Never sent twice, but after a refused login.
    asio::awaitable<Result<Reply>> change(Method method, std::string path, std::string body,
                                          std::string etag, Sending sending);
    /// Aborts what is under way and deletes the session; nothing is sent afterwards.
    asio::awaitable<void> close();

    const std::string& label() const { return endpoint_.label; }
    const Group& group() const { return *group_; }
    /// Grows with each login and each return from silence: the BMC may have restarted. 0: never
    /// reached.
    unsigned contact() const { return contact_; }
    /// Grows with each return from silence alone.
    unsigned returns() const { return returns_; }
    /// Not to be asked before, after it refused the login or its certificate was refused.
    std::chrono::steady_clock::time_point held_until() const { return held_until_; }
    unsigned connections_opened() const { return connection_->opened(); }

private:
    using Steady = std::chrono::steady_clock;
    enum class Login { none, session, basic };

    asio::awaitable<Result<HttpReply>> send(HttpRequest request, Sending sending);
    asio::awaitable<Result<HttpReply>> send_authorized(HttpRequest& request, Sending sending);
    asio::awaitable<Result<void>> log_in(Sending sending);
    asio::awaitable<Result<void>> find_sessions(Sending sending);
    Result<void> take_login(const HttpReply& reply, Steady::time_point began);
    void use_basic(std::string_view why, std::chrono::seconds lasting);
    asio::awaitable<void> drop_session(Secret token, std::string session,
                                       const StillWanted* still_wanted);
    asio::awaitable<Result<HttpReply>> exchange(HttpRequest request, Sending sending);
    void authorize(HttpRequest& request) const;
    void note(const Result<HttpReply>& reply);

    const std::shared_ptr<const Group> group_;
    const Endpoint endpoint_;
    const std::unique_ptr<HttpConnection> connection_;
    Lane lane_;
    Login login_ = Login::none;
    std::string sessions_;  // path of the collection; empty: not asked yet
    std::string session_;   // of ours
    Secret token_;
    Steady::time_point basic_until_{};
    Steady::time_point held_until_{};
    unsigned contact_ = 0;
    unsigned returns_ = 0;
    bool silent_ = true;
    bool closed_ = false;
    bool told_basic_ = false;
};

}  // namespace frugald::redfish
