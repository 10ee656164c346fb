#include "plugins/ipmi/profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/ipmi/habits_reader.h"

namespace frugald::ipmi {
namespace {

constexpr std::string_view generic_name = "generic";

Result<std::vector<std::filesystem::path>> toml_files(const std::filesystem::path& directory) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator entry{directory, error}, end; !error && entry != end;
         entry.increment(error))
        if (entry->path().extension() == ".toml") files.push_back(entry->path());
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("the profiles of BMCs in {} cannot be read: {}; check "
                                "[daemon] profiles_directory",
                                directory.string(), error.message()));
    // The generic one first, because the others begin with it.
    std::sort(files.begin(), files.end(), [](const auto& left, const auto& right) {
        return std::pair(left.stem() != generic_name, left) <
               std::pair(right.stem() != generic_name, right);
    });
    if (files.empty() || files.front().stem() != generic_name)
        return fail(Fault::unavailable,
                    fmt::format("{} has no generic.toml, with which all other profiles begin; "
                                "install frugald's own again",
                                directory.string()));
    return files;
}

}  // namespace

Result<Profiles> Profiles::load(const std::filesystem::path& directory, const ReadSettings& read) {
    const auto files = toml_files(directory);
    if (!files) return tl::unexpected(files.error());
    Profiles profiles;
    std::string mistakes;
    for (const auto& file : *files) {
        const auto settings = read(file);
        auto habits = settings ? read_habits(*settings, file.stem().string(), *profiles.generic_)
                               : Result<Habits>(tl::unexpected(settings.error()));
        if (!habits) {
            mistakes += (mistakes.empty() ? "" : "\n") + habits.error().text;
            continue;
        }
        profiles.all_.push_back(std::make_shared<const Habits>(*std::move(habits)));
        if (profiles.all_.back()->name == generic_name) profiles.generic_ = profiles.all_.back();
    }
    if (!mistakes.empty()) return fail(Fault::invalid, mistakes);
    return profiles;
}

std::shared_ptr<const Habits> Profiles::find(std::string_view name) const {
    const auto found = std::find_if(all_.begin(), all_.end(),
                                    [name](const auto& each) { return each->name == name; });
    return found == all_.end() ? nullptr : *found;
}

std::shared_ptr<const Habits> Profiles::match(const DeviceId& device) const {
    std::shared_ptr<const Habits> best = generic_;
    for (const auto& each : all_) {
        if (!each->fits(device)) continue;
        if (!each->product_ids.empty()) return each;
        if (best == generic_) best = each;
    }
    return best;
}

std::string Profiles::names() const {
    std::string names;
    for (const auto& each : all_) names += (names.empty() ? "" : ", ") + each->name;
    return names;
}

}  // namespace frugald::ipmi
