#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/snmp/profile.h"

namespace frugald::snmp {

using ReadSettings = std::function<Result<Settings>(const std::filesystem::path&)>;

/// All profiles of one directory, in name order. Immutable after loading.
class Profiles {
public:
    /// Reads every *.toml of `directory`; the file's name without .toml is the profile's.
    static Result<Profiles> load(const std::filesystem::path& directory, const ReadSettings& read);

    /// Null when there is none of that name.
    const Profile* find(std::string_view name) const;
    /// Those whose sysObjectID fits, the longest prefix first. Their probes are still to be asked.
    std::vector<const Profile*> candidates(const Oid& object_id) const;
    /// "apc-rpdu, apc-rpdu2, ..."
    std::string names() const;

private:
    std::vector<Profile> all_;
};

}  // namespace frugald::snmp
