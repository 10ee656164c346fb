#pragma once

#include <boost/beast/http.hpp>

#include "tests/plugins/redfish/server.h"

namespace frugald::test {

struct Answer {
    std::string bytes;  // as sent
    bool keep_alive = true;
    bool silent = false;
};

/// What a BMC answers, without the network.
struct Service {
    using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

    Answer answer(const HttpRequest& request);

    Tree tree{};
    Habits habits{};
    std::vector<Asked> asked{};
    std::map<std::string, std::string> tokens{};  // token -> path of the session

private:
    struct Content {
        unsigned status = 200;
        std::string body{};
        std::map<std::string, std::string> fields{};
    };
    Content respond(const HttpRequest& request, const Asked& what);
    Content log_in(const Asked& what);
    Content read(const Asked& what);
    Content change(const Asked& what);
    Content reset(const Asked& what);
    bool authorized(const HttpRequest& request) const;
    std::string etag(const std::string& path) const;
    Answer sent(const HttpRequest& request, const Content& content) const;

    std::map<std::string, unsigned> versions_{};
    unsigned logins_ = 0;
};

}  // namespace frugald::test
