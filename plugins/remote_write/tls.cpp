#include "plugins/remote_write/tls.h"

#include <fmt/format.h>

#include "plugins/remote_write/client.h"

namespace frugald::remote_write {

Result<std::shared_ptr<Tls>> make_tls(const Config& config) {
    if (!config.url.tls) return std::shared_ptr<Tls>();
    namespace ssl = asio::ssl;
    auto tls = std::make_shared<Tls>();
    tls->context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                             ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION);
    tls->context.set_verify_mode(ssl::verify_peer);
    boost::system::error_code failed;
    if (config.ca_file.empty())
        tls->context.set_default_verify_paths(failed);
    else
        tls->context.load_verify_file(config.ca_file, failed);
    if (failed)
        return fail(Fault::invalid,
                    fmt::format("the certificates in {} cannot be read: {}; it must hold the "
                                "authority's certificate as PEM and be readable by frugald",
                                config.ca_file, failed.message()));
    return tls;
}

}  // namespace frugald::remote_write
