#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/ipmi/device_id.h"
#include "plugins/ipmi/repository_stamp.h"

namespace frugald::ipmi {

/// What is remembered about one node's BMC.
struct StoredBmc {
    std::string address;  // as configured, "HOST:PORT": another one is another BMC
    RepositoryStamp stamp;
    DeviceId device;
    std::string digest;  // of its repository
    bool operator==(const StoredBmc&) const = default;
};

using StoredIndex = std::map<std::string, StoredBmc, std::less<>>;  // by node

/// One line per node between a first line with the format's number and a last one with a digest.
std::string write_index(const StoredIndex& index);
/// Absent: not exactly what `write_index` made.
std::optional<StoredIndex> read_index(std::string_view text);

/// 32 hexadecimal digits.
bool is_digest(std::string_view text);

}  // namespace frugald::ipmi
