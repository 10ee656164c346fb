#pragma once

#include "plugins/redfish/http.h"
#include "plugins/redfish/json.h"

namespace frugald::redfish {

/// What an HTTP status that is not a success means.
tl::unexpected<Error> refusal(const std::string& label, const HttpRequest& request,
                              const HttpReply& reply, const Document& document);

}  // namespace frugald::redfish
