#include "plugins/snmp/profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/snmp/profile_merge.h"
#include "plugins/snmp/profile_reader.h"

namespace frugald::snmp {

namespace {

constexpr int deepest_inheritance = 8;

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

/// The file with all that it extends merged in.
Result<Settings> read_merged(const std::filesystem::path& file,
                             const std::filesystem::path& directory, const ReadSettings& read,
                             int depth) {
    auto settings = read(file);
    if (!settings) return settings;
    const auto* extends = settings->find("extends");
    const auto* name = extends ? std::get_if<std::string>(&extends->value.value) : nullptr;
    if (!name || name->empty()) return settings;
    const auto mistake = [&](const std::string& text) {
        return fail(Fault::invalid, to_string(extends->value.place) + ": " + text);
    };
    if (depth == 0) return mistake(fmt::format("'{}' extends itself in the end", *name));
    if (name->find('/') != name->npos)
        return mistake(fmt::format("'{}' is not the name of a profile", *name));
    std::error_code ignored;
    auto parent = file.parent_path() / (*name + ".toml");
    if (!std::filesystem::exists(parent, ignored)) parent = directory / (*name + ".toml");
    if (!std::filesystem::exists(parent, ignored))
        return mistake(
            fmt::format("there is no profile '{}' to extend, neither beside this file "
                        "nor in {}",
                        *name, directory.string()));
    const auto inherited = read_merged(parent, directory, read, depth - 1);
    if (!inherited) return inherited;
    return merge_profiles(*inherited, *settings);
}

std::size_t longest_match(const Profile& profile, const Oid& object_id) {
    std::size_t longest = 0;
    for (const auto& prefix : profile.match.object_ids)
        if (starts_with(object_id, prefix)) longest = std::max(longest, prefix.size());
    return longest;
}

}  // namespace

bool confirms(const std::vector<Binding>& below_probe) {
    return std::ranges::any_of(below_probe, [](const Binding& binding) {
        const bool negative = binding.value.kind == Value::Kind::number && binding.value.number < 0;
        return binding.value.kind != Value::Kind::absent && !negative;
    });
}

Result<Profile> read_profile_file(const std::filesystem::path& file,
                                  const std::filesystem::path& directory,
                                  const ReadSettings& read) {
    const auto settings = read_merged(file, directory, read, deepest_inheritance);
    if (!settings) return tl::unexpected{settings.error()};
    return read_profile(*settings, file.stem().string());
}

Result<Profiles> Profiles::load(const std::filesystem::path& directory, const ReadSettings& read) {
    const auto files = toml_files(directory);
    if (!files) return tl::unexpected{files.error()};
    Profiles profiles;
    std::string mistakes;
    for (const auto& file : *files) {
        auto profile = read_profile_file(file, directory, read);
        if (profile)
            profiles.all_.push_back(*std::move(profile));
        else
            mistakes += (mistakes.empty() ? "" : "\n") + profile.error().text;
    }
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    return profiles;
}

Profiles Profiles::only(Profile profile) {
    Profiles profiles;
    profiles.all_.push_back(std::move(profile));
    return profiles;
}

const Profile* Profiles::find(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &Profile::name);
    return found == all_.end() ? nullptr : &*found;
}

std::vector<Candidate> Profiles::candidates(const Oid& object_id,
                                            std::string_view sys_descr) const {
    const auto rank = [&](const Profile& profile) -> std::size_t {
        if (const auto longest = longest_match(profile, object_id); longest > 0) return longest + 2;
        if (profile.match.sys_descr && profile.match.sys_descr->found_in(sys_descr)) return 2;
        return profile.match.probes.empty() ? 0 : 1;
    };
    std::vector<Candidate> found;
    for (const auto& profile : all_)
        if (const auto ranked = rank(profile); ranked > 0) found.push_back({&profile, ranked > 1});
    std::ranges::stable_sort(found, std::ranges::greater{},
                             [&](const Candidate& candidate) { return rank(*candidate.profile); });
    return found;
}

std::string Profiles::names() const {
    std::string names;
    for (const auto& profile : all_) names += (names.empty() ? "" : ", ") + profile.name;
    return names;
}

}  // namespace frugald::snmp
