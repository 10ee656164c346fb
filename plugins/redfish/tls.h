#pragma once

#include <openssl/ssl.h>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream_base.hpp>

#include <string>

#include "daemon/core/result.h"
#include "plugins/redfish/trust.h"

// OpenSSL is met here and in http.cpp only.
namespace frugald::redfish {

/// A group's: certificates are judged per connection, by `judge`.
struct Tls {
    explicit Tls(Trust trusted) : trust(std::move(trusted)) {}

    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    Trust trust;
};

/// What the BMC at the other end of a handshake showed.
struct Shown {
    std::string fingerprint;  // SHA-256, lower-case hexadecimal; empty: no certificate came
    std::string subject;
    std::string problem;  // why OpenSSL does not trust it; empty: it does
};

/// Makes `ssl` note in `shown` what comes, and refuse it unless trusted. `shown` outlives the
/// handshake. `host`: name or address that the certificate must be made out to; with a pin it does
/// not matter.
void judge_certificate(ssl_st* ssl, const Tls& tls, const std::string& host, Shown& shown);

/// For the operator, after a handshake that failed for the certificate's sake.
std::string explain(const Shown& shown, const Trust& trust);

}  // namespace frugald::redfish
