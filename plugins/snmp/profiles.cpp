#include "plugins/snmp/profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/snmp/profile_reader.h"

namespace frugald::snmp {

namespace {

Result<std::vector<std::filesystem::path>> toml_files(const std::filesystem::path& directory) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry{directory, error}, end; !error && entry != end;
         entry.increment(error))
        if (entry->path().extension() == ".toml") files.push_back(entry->path());
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("the device profiles in {} cannot be read: {}; check "
                                "[daemon] profiles_directory",
                                directory.string(), error.message()));
    std::ranges::sort(files);
    return files;
}

std::size_t longest_match(const Profile& profile, const Oid& object_id) {
    std::size_t longest = 0;
    for (const auto& prefix : profile.match.object_ids)
        if (starts_with(object_id, prefix)) longest = std::max(longest, prefix.size());
    return longest;
}

}  // namespace

Result<Profiles> Profiles::load(const std::filesystem::path& directory, const ReadSettings& read) {
    const auto files = toml_files(directory);
    if (!files) return tl::unexpected{files.error()};
    Profiles profiles;
    std::string mistakes;
    for (const auto& file : *files) {
        auto profile = read(file).and_then(
            [&](const Settings& settings) { return read_profile(settings, file.stem().string()); });
        if (profile)
            profiles.all_.push_back(*std::move(profile));
        else
            mistakes += (mistakes.empty() ? "" : "\n") + profile.error().text;
    }
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    return profiles;
}

const Profile* Profiles::find(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &Profile::name);
    return found == all_.end() ? nullptr : &*found;
}

std::vector<const Profile*> Profiles::candidates(const Oid& object_id) const {
    std::vector<const Profile*> fitting;
    for (const auto& profile : all_)
        if (longest_match(profile, object_id) > 0) fitting.push_back(&profile);
    std::ranges::stable_sort(fitting, std::ranges::greater{}, [&](const Profile* profile) {
        return longest_match(*profile, object_id);
    });
    return fitting;
}

std::string Profiles::names() const {
    std::string names;
    for (const auto& profile : all_) names += (names.empty() ? "" : ", ") + profile.name;
    return names;
}

}  // namespace frugald::snmp
