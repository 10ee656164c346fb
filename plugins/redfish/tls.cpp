#include "plugins/redfish/tls.h"
#include "daemon/ports/asio.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>

#include "plugins/redfish/json.h"

namespace frugald::redfish {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t fingerprint_digits = 64;

/// What the verification of one connection needs; OpenSSL keeps a pointer to it.
struct Judgement {
    const std::string* pin;
    Shown* shown;
};

void free_judgement(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<Judgement*>(held);
}

int judgement_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_judgement);
    return index;
}

std::string fingerprint_of(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    std::string digits;
    for (unsigned i = 0; i < size; ++i) digits += fmt::format("{:02x}", digest[i]);
    return digits;
}

std::string subject_of(const X509* certificate) {
    std::array<char, 256> line{};
    X509_NAME_oneline(X509_get_subject_name(certificate), line.data(), line.size());
    return line.data();
}

extern "C" int verify_certificate(int trusted, X509_STORE_CTX* store) {
    const auto* connection = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const auto* judgement =
        static_cast<const Judgement*>(SSL_get_ex_data(connection, judgement_index()));
    if (!judgement) return 0;
    Shown& shown = *judgement->shown;
    if (const X509* own = X509_STORE_CTX_get0_cert(store); own && shown.fingerprint.empty()) {
        shown.fingerprint = fingerprint_of(own);
        shown.subject = subject_of(own);
    }
    if (!judgement->pin->empty()) {
        const bool pinned = shown.fingerprint == *judgement->pin;
        if (pinned) X509_STORE_CTX_set_error(store, X509_V_OK);
        return pinned ? 1 : 0;
    }
    if (trusted == 0)
        shown.problem = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
    return trusted;
}

void demand_name(SSL* connection, const std::string& host) {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1) return;
    X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
    SSL_set_tlsext_host_name(connection, host.c_str());
}

}  // namespace

void judge_certificate(SSL* connection, const Tls& tls, const std::string& host, Shown& shown) {
    auto judgement = std::make_unique<Judgement>(Judgement{&tls.trust.pin, &shown});
    if (SSL_set_ex_data(connection, judgement_index(), judgement.get()) == 1) judgement.release();
    if (tls.trust.pin.empty()) demand_name(connection, host);
    SSL_set_verify(connection, SSL_VERIFY_PEER, verify_certificate);
}

std::string explain(const Shown& shown, const Trust& trust) {
    if (!trust.pin.empty())
        return fmt::format(
            "its certificate is not the pinned one: it shows {} ({}), pinned is {}; if the BMC's "
            "certificate was renewed, correct the pin, else another machine answers",
            shown.fingerprint, shown.subject, trust.pin);
    return fmt::format(
        "its certificate ({}, SHA-256 {}) is not trusted: {}; put the authority that signed it "
        "into "
        "ca_file, or the fingerprint into pin",
        shown.subject, shown.fingerprint, shown.problem);
}

Result<std::shared_ptr<Tls>> make_tls(const Trust& trust) {
    if (trust.plain_http) return std::shared_ptr<Tls>();
    auto tls = std::make_shared<Tls>(trust);
    tls->context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                             ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION);
    boost::system::error_code failed;
    if (!trust.ca_file.empty())
        tls->context.load_verify_file(trust.ca_file, failed);
    else if (trust.pin.empty())
        tls->context.set_default_verify_paths(failed);
    if (failed)
        return fail(Fault::invalid,
                    fmt::format("the certificates in {} cannot be read: {}; it must hold the "
                                "authority's certificate as PEM and be readable by frugald",
                                trust.ca_file, failed.message()));
    return tls;
}

std::string parse_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : lower_case(text)) {
        if (c == ':') continue;
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return {};
        digits += c;
    }
    return digits.size() == fingerprint_digits ? digits : std::string{};
}

}  // namespace frugald::redfish
