#pragma once

#include "plugins/redfish/bmc.h"
#include "plugins/redfish/layout.h"

namespace frugald::redfish {

/// A resource, or an empty one where the BMC has none or sends something unreadable.
asio::awaitable<Result<Document>> get_if_there(Bmc& bmc, Sending sending, std::string path);

/// Notes in `layout` what this chassis has of a node's power, limit and supplies, as far as no
/// other has been noted.
asio::awaitable<Result<void>> survey_chassis(Bmc& bmc, Sending sending, std::string path,
                                             Layout& layout);

}  // namespace frugald::redfish
