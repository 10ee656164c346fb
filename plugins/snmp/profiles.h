#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/snmp/profile.h"
#include "plugins/snmp/value.h"

namespace frugald::snmp {

using ReadSettings = std::function<Result<Settings>(const std::filesystem::path&)>;

struct Candidate {
    const Profile* profile;
    bool fits;  // by sysObjectID or sysDescr
};

/// Whether what is below a probe's OID confirms the profile: a value that is not a negative number.
bool confirms(const std::vector<Binding>& below_probe);

/// All profiles of one directory, in name order. Immutable after loading.
class Profiles {
public:
    /// Reads every *.toml of `directory`; the file's name without .toml is the profile's.
    static Result<Profiles> load(const std::filesystem::path& directory, const ReadSettings& read);

    static Profiles only(Profile profile);

    /// Null when there is none of that name.
    const Profile* find(std::string_view name) const;
    /// What to try on a device, in order: those whose sysObjectID fits, the longest prefix first;
    /// those whose sysDescr fits; then all others that have a probe. The first whose probe answers
    /// is it; if none does, the first if it fits.
    std::vector<Candidate> candidates(const Oid& object_id, std::string_view sys_descr) const;
    const std::vector<Profile>& all() const { return all_; }
    /// "apc-rpdu, apc-rpdu2, ..."
    std::string names() const;

private:
    std::vector<Profile> all_;
};

/// The profile of one file; what it extends is looked for beside it, then in `directory`.
Result<Profile> read_profile_file(const std::filesystem::path& file,
                                  const std::filesystem::path& directory, const ReadSettings& read);

}  // namespace frugald::snmp
