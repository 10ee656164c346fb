#include "plugins/redfish/status.h"

#include <fmt/format.h>

namespace frugald::redfish {
namespace {

const char* name(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
    }
    return "request";
}

std::string what_it_says(unsigned status, const Document& document) {
    const std::string message = error_message(document);
    return message.empty() ? fmt::format("HTTP status {}", status)
                           : fmt::format("{} (HTTP status {})", message, status);
}

}  // namespace

tl::unexpected<Error> refusal(const std::string& label, const HttpRequest& request,
                              const HttpReply& reply, const Document& document) {
    const unsigned status = reply.status;
    const std::string asked = fmt::format("{} {}", name(request.method), request.path);
    const std::string said = what_it_says(status, document);
    if (status == 401 || status == 403)
        return fail(Fault::unauthorized,
                    fmt::format("{} does not allow {}: {}; check user, secret, and the user's role "
                                "on the BMC",
                                label, asked, said));
    if (status == 404 || status == 405 || status == 410 || status == 501)
        return fail(Fault::unsupported, fmt::format("{} has no {}: {}", label, request.path, said));
    if (status >= 300 && status < 400)
        return fail(Fault::refused,
                    fmt::format("{} answers {} with a redirect, which frugald does not follow: "
                                "correct bmc, port or plain_http",
                                label, asked));
    // What a failed command has done is unknown; a failed question can be given up.
    const bool may_come = status == 503 || (status >= 500 && request.method != Method::get);
    if (may_come)
        return fail(Fault::timeout,
                    fmt::format("{} cannot do {} now: {}; try again later", label, asked, said));
    return fail(Fault::refused, fmt::format("{} refuses {}: {}", label, asked, said));
}

}  // namespace frugald::redfish
