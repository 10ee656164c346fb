#include "plugins/redfish/http_messages.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <boost/beast/core/detail/base64.hpp>

namespace frugald::redfish {
namespace {

http::verb verb_of(Method method) {
    switch (method) {
        case Method::get:
            return http::verb::get;
        case Method::post:
            return http::verb::post;
        case Method::patch:
            return http::verb::patch;
        case Method::delete_:
            return http::verb::delete_;
    }
    return http::verb::get;
}

std::string basic_credentials(std::string_view user_and_password) {
    namespace base64 = boost::beast::detail::base64;
    std::string encoded(base64::encoded_size(user_and_password.size()), '\0');
    encoded.resize(
        base64::encode(encoded.data(), user_and_password.data(), user_and_password.size()));
    return "Basic " + encoded;
}

}  // namespace

std::string host_field(const Endpoint& endpoint, bool tls) {
    std::string host = endpoint.host;
    if (host.find(':') != std::string::npos) host = '[' + host + ']';
    if (endpoint.port != (tls ? 443 : 80)) host += fmt::format(":{}", endpoint.port);
    return host;
}

Request make_request(const HttpRequest& asked, const std::string& host) {
    Request request(verb_of(asked.method), asked.path, 11);
    request.set(http::field::host, host);
    request.set(http::field::user_agent, "frugald");
    request.set(http::field::accept, "application/json");
    request.set("OData-Version", "4.0");
    if (!asked.if_match.empty()) request.set(http::field::if_match, asked.if_match);
    const auto as_view = [](const Secret& secret) {
        return boost::beast::string_view(secret.reveal().data(), secret.reveal().size());
    };
    if (!asked.token.empty()) request.set("X-Auth-Token", as_view(asked.token));
    if (!asked.basic.empty()) {
        std::string credentials = basic_credentials(asked.basic.reveal());
        request.set(http::field::authorization, credentials);
        wipe(credentials);
    }
    if (!asked.body.empty()) {
        request.set(http::field::content_type, "application/json");
        request.body() = {asked.body.data(), asked.body.size()};
    }
    if (!asked.body.empty() || asked.method == Method::post) request.prepare_payload();
    return request;
}

void forget_credentials(Request& request) {
    // The fields own what they show, and go right after this.
    const auto value = request[http::field::authorization];
    OPENSSL_cleanse(const_cast<char*>(value.data()), value.size());
}

HttpReply read_reply(Parser& parser) {
    auto& message = parser.get();
    const auto field = [&message](auto name) {
        const auto value = message[name];
        return std::string(value.data(), value.size());
    };
    return {.status = message.result_int(),
            .body = std::move(message.body()),
            .etag = field(http::field::etag),
            .token = field("X-Auth-Token"),
            .location = field(http::field::location)};
}

void wipe(std::string& text) {
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}

}  // namespace frugald::redfish
