#pragma once

#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/sdr.h"

namespace frugald::ipmi {

/// What tells one state of a repository from another (IPMI 2.0, 33.9).
struct RepositoryStamp {
    std::uint16_t records = 0;
    std::uint32_t added = 0;
    std::uint32_t erased = 0;
    bool operator==(const RepositoryStamp&) const = default;
};

asio::awaitable<Result<RepositoryStamp>> read_repository_stamp(Bmc& bmc);

/// All records, at the lowest priority: whole records while the BMC can, else in pieces under a
/// reservation, which is renewed when the BMC cancels it.
asio::awaitable<Result<Repository>> fetch_repository(Bmc& bmc);

}  // namespace frugald::ipmi
