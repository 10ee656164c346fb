#include "plugins/modbus/profiles.h"

#include <fmt/format.h>

#include <set>

#include "plugins/modbus/profile_reader.h"

namespace frugald::modbus {

namespace {

using Files = std::map<std::string, Settings, std::less<>>;

Result<std::map<std::string, std::filesystem::path>> toml_files(
    const std::filesystem::path& directory) {
    std::error_code error;
    std::map<std::string, std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry{directory, error}, end; !error && entry != end;
         entry.increment(error))
        if (entry->path().extension() == ".toml")
            files.emplace(entry->path().stem().string(), entry->path());
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("the device profiles in {} cannot be read: {}; check "
                                "[daemon] profiles_directory",
                                directory.string(), error.message()));
    return files;
}

Error wrong_extends(const Settings& file, std::string_view why) {
    const auto* entry = file.find("extends");
    return {Fault::invalid, fmt::format("{}: {}", to_string(entry->value.place), why)};
}

/// Reads each profile once, after the one it extends.
class Reading {
public:
    explicit Reading(const Files& files) : files_(files) {}

    Result<std::shared_ptr<const Profile>> profile(const std::string& name) {
        if (const auto known = read_.find(name); known != read_.end()) return known->second;
        const Settings& file = files_.find(name)->second;
        const auto base = extended(file, name);
        if (!base) return tl::unexpected{base.error()};
        auto made = read_profile(file, name, base->get());
        if (!made) return tl::unexpected{made.error()};
        return read_[name] = std::make_shared<const Profile>(*std::move(made));
    }

private:
    Result<std::shared_ptr<const Profile>> extended(const Settings& file, const std::string& name) {
        const auto other = extended_profile(file);
        if (other.empty()) return std::shared_ptr<const Profile>{};
        if (!files_.contains(other))
            return tl::unexpected{
                wrong_extends(file, fmt::format("there is no profile '{}' to extend", other))};
        if (!under_way_.insert(name).second || under_way_.contains(other))
            return tl::unexpected{
                wrong_extends(file, fmt::format("'{}' and '{}' extend each other", name, other))};
        auto base = profile(other);
        under_way_.erase(name);
        return base;
    }

    const Files& files_;
    std::map<std::string, std::shared_ptr<const Profile>> read_;
    std::set<std::string> under_way_;
};

}  // namespace

Result<Profiles> Profiles::load(const std::filesystem::path& directory, const ReadSettings& read) {
    const auto paths = toml_files(directory);
    if (!paths) return tl::unexpected{paths.error()};
    std::set<std::string> mistakes;  // one that a base has is its children's too
    Files files;
    for (const auto& [name, path] : *paths) {
        auto file = read(path);
        if (file)
            files.emplace(name, *std::move(file));
        else
            mistakes.insert(file.error().text);
    }
    Profiles profiles;
    Reading reading{files};
    for (const auto& [name, file] : files) {
        auto profile = reading.profile(name);
        if (profile)
            profiles.all_.emplace(name, *std::move(profile));
        else
            mistakes.insert(profile.error().text);
    }
    if (!mistakes.empty())
        return fail(Fault::invalid, fmt::format("{}", fmt::join(mistakes, "\n")));
    return profiles;
}

const Profile* Profiles::find(std::string_view name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : found->second.get();
}

std::string Profiles::names() const {
    std::string names;
    for (const auto& [name, profile] : all_) names += (names.empty() ? "" : ", ") + name;
    return names;
}

}  // namespace frugald::modbus
