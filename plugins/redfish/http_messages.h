#pragma once

#include <boost/beast/http.hpp>
#include <boost/beast/http/span_body.hpp>

#include "plugins/redfish/http.h"

// For http.cpp only: it brings Beast's templates.
namespace frugald::redfish {

namespace http = boost::beast::http;
using Request = http::request<http::span_body<char const>>;
using Parser = http::response_parser<http::string_body>;

constexpr std::uint32_t largest_header_bytes = 32 * 1024;

/// An address with its port as it stands in the Host field.
std::string host_field(const Endpoint& endpoint, bool tls);
/// Refers to the body of `asked`.
Request make_request(const HttpRequest& asked, const std::string& host);
/// Wipes the password that a request carried.
void forget_credentials(Request& request);
HttpReply read_reply(Parser& parser);

}  // namespace frugald::redfish
