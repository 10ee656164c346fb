#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/ports/asio.h"
#include "plugins/redfish/json.h"
#include "tests/plugins/redfish/certificates.h"

namespace frugald::test {

namespace json = boost::json;

/// Resources by path. Case and a slash at the end do not count.
class Tree {
public:
    void put(const std::string& path, json::value resource);
    void add(const std::string& path, std::string_view text);
    /// Null if there is none.
    json::value* find(const std::string& path);
    std::size_t size() const { return resources_.size(); }

private:
    std::map<std::string, json::value> resources_;
};

/// What a BMC does wrong, and what it is like. A test may change it at any time.
struct Habits {
    std::string user = "admin";
    std::string password = "secret\"12\\";  // quotes have to be escaped
    bool sessions = true;                   // false: 404
    unsigned login_status = 0;              // of every login; 0: by the password
    bool silent = false;                    // requests are read and never answered
    std::set<std::string> silent_methods{};
    std::chrono::milliseconds delay{0};
    bool truncate = false;    // announces more than it sends, then hangs up
    std::size_t padding = 0;  // so many bytes more in each answer
    std::string raw{};        // sent instead of any answer, then hangs up
    bool keep_alive = true;
    bool etags = true;
    bool demand_if_match = false;                // 428 without, 412 with an old one
    std::map<std::string, unsigned> statuses{};  // "PATCH /redfish/v1/..." or a path -> status
    bool keeps_exception = false;                // LimitException cannot be written
    bool arms_exception = false;                 // any limit comes with HardPowerOff
    std::function<void(json::value& resource)> after_patch{};
};

/// A request as it came.
struct Asked {
    std::string method;
    std::string path;
    std::string body;
    std::string authorization;  // "token", "basic" or empty
    std::string if_match;
};

/// One BMC: a Redfish service over TLS, or plain HTTP, on a port of its own of 127.0.0.1. It runs
/// on the loop that is given.
class TestBmc {
public:
    TestBmc(asio::io_context& loop, Tree tree, const Identity* identity);
    ~TestBmc();

    unsigned short port() const;
    Tree& tree();
    Habits& habits();
    const std::vector<Asked>& asked() const;
    std::size_t count(const std::string& method, const std::string& path = "") const;
    void forget();                    // what was asked
    void expire_sessions();           // the tokens are refused from now on
    std::size_t sessions() const;     // that are open
    std::size_t connections() const;  // accepted so far
    void hang_up();                   // drops all connections
    /// Refuses connections from now on, or takes them again.
    void listen(bool on);

    struct State;

private:
    std::shared_ptr<State> state_;
};

}  // namespace frugald::test
