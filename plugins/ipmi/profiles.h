#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"
#include "daemon/core/settings.h"
#include "plugins/ipmi/habits.h"

namespace frugald::ipmi {

using ReadSettings = std::function<Result<Settings>(const std::filesystem::path&)>;

/// The habits of all families of BMCs that there are files for. Immutable after loading.
class Profiles {
public:
    /// Only the built-in habits, which name no sensor.
    Profiles() = default;
    /// Reads every *.toml of `directory`; the file's name without .toml is the profile's. There
    /// must be one called "generic": the others begin with what it says.
    static Result<Profiles> load(const std::filesystem::path& directory, const ReadSettings& read);

    /// Null when there is none of that name.
    std::shared_ptr<const Habits> find(std::string_view name) const;
    /// Those of a profile that is known by the device's ids, with its product before only its
    /// manufacturer; else the generic ones.
    std::shared_ptr<const Habits> match(const DeviceId& device) const;
    const std::shared_ptr<const Habits>& generic() const { return generic_; }
    /// "dell, generic, ..."
    std::string names() const;

private:
    std::vector<std::shared_ptr<const Habits>> all_;
    std::shared_ptr<const Habits> generic_ = std::make_shared<const Habits>();
};

}  // namespace frugald::ipmi
