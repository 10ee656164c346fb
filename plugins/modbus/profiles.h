#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/modbus/profile.h"

namespace frugald::modbus {

using ReadSettings = std::function<Result<Settings>(const std::filesystem::path&)>;

/// All profiles of one directory. Immutable after loading.
class Profiles {
public:
    /// Reads every *.toml of `directory`; the file's name without .toml is the profile's.
    static Result<Profiles> load(const std::filesystem::path& directory, const ReadSettings& read);

    /// Null when there is none of that name. Profiles do not move.
    const Profile* find(std::string_view name) const;
    /// "abb-b23, acrel-adw300, ..."
    std::string names() const;
    const std::map<std::string, std::shared_ptr<const Profile>, std::less<>>& all() const {
        return all_;
    }

private:
    std::map<std::string, std::shared_ptr<const Profile>, std::less<>> all_;
};

}  // namespace frugald::modbus
