#include "tests/plugins/redfish/certificates.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>

namespace frugald::test {
namespace {

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* thing) const {
        static_cast<void>(Free(thing));
    }
};
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, FreeWith<BIO_free>>;

std::string content(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

Key read_key(const std::string& pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

Certificate read_certificate(const std::string& pem) {
    const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    if (!extension) throw std::runtime_error("openssl makes no extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Identity written(X509* certificate, EVP_PKEY* key) {
    const Memory certificate_out(BIO_new(BIO_s_mem()));
    const Memory key_out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_out.get(), certificate);
    PEM_write_bio_PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(certificate, EVP_sha256(), digest.data(), &size);
    std::string fingerprint;
    for (unsigned i = 0; i < size; ++i) fingerprint += fmt::format("{:02x}", digest[i]);
    return {content(certificate_out.get()), content(key_out.get()), fingerprint};
}

Identity make(const std::string& name, const Identity* authority, const char* names) {
    static std::atomic<long> serial{1000};
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    X509* raw = certificate.get();
    X509_set_version(raw, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), 86400);
    X509_set_pubkey(raw, key.get());
    X509_NAME* subject = X509_get_subject_name(raw);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    Key signer = authority ? read_key(authority->key) : read_key(written(raw, key.get()).key);
    const Certificate issuer = authority ? read_certificate(authority->certificate) : nullptr;
    X509_set_issuer_name(raw, X509_get_subject_name(issuer ? issuer.get() : raw));
    if (authority)
        extend(raw, NID_subject_alt_name, names);
    else
        extend(raw, NID_basic_constraints, "critical,CA:TRUE");
    if (X509_sign(raw, signer.get(), EVP_sha256()) == 0)
        throw std::runtime_error("openssl signs nothing");
    return written(raw, key.get());
}

}  // namespace

Identity make_authority(const std::string& name) { return make(name, nullptr, nullptr); }

Identity make_server(const Identity& authority) {
    return make("test bmc", &authority, "IP:127.0.0.1,DNS:localhost");
}

Identity make_server_elsewhere(const Identity& authority) {
    return make("bmc elsewhere", &authority, "DNS:bmc.elsewhere");
}

}  // namespace frugald::test
