#pragma once

#include "plugins/ipmi/bmc.h"
#include "plugins/ipmi/repository_stamp.h"
#include "plugins/ipmi/sdr.h"

namespace frugald::ipmi {

/// Fault::unsupported: the BMC has neither.
asio::awaitable<Result<RepositoryStamp>> read_repository_stamp(Bmc& bmc);

/// How a BMC hands its records out, learned while reading and better not tried again.
struct FetchHabits {
    bool whole_records = true;    // FFh bytes at once
    std::size_t piece_size = 16;  // else
};

struct FetchedRepository {
    Repository records;
    RepositoryStamp stamp;  // also after the last record was read
};

/// All records, at the lowest priority: whole records while the BMC can, else in pieces under a
/// reservation, which is renewed when the BMC cancels it. Begun again when the stamp has changed
/// meanwhile. `stamp`: as it was just read.
asio::awaitable<Result<FetchedRepository>> fetch_repository(Bmc& bmc, RepositoryStamp stamp,
                                                            FetchHabits& learned);

}  // namespace frugald::ipmi
