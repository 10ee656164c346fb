#include "daemon/db/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "daemon/store/sqlite/replace.h"

namespace frugald::db {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

}  // namespace

std::optional<Stamp> stamp_of(const fs::path& file) {
    struct stat status {};
    std::error_code none;
    const auto log = fs::file_size(file.string() + "-wal", none);
    if ((!none && log > 0) || ::stat(file.c_str(), &status) != 0) return std::nullopt;
    return Stamp{static_cast<std::uint64_t>(status.st_size),
                 std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Manifest Manifest::read(const fs::path& directory) {
    Manifest manifest;
    std::ifstream file{directory / manifest_name};
    const auto json = Json::parse(file, nullptr, false);
    if (!json.is_object() || !json.contains("files") || !json["files"].is_object()) return manifest;
    for (const auto& [name, stamp] : json["files"].items())
        if (stamp.is_object())
            manifest.files_[name] = {stamp.value("bytes", std::uint64_t{0}),
                                     stamp.value("modified_ns", std::int64_t{0})};
    return manifest;
}

bool Manifest::has(const std::string& name, const Stamp& stamp) const {
    const auto found = files_.find(name);
    return found != files_.end() && found->second == stamp;
}

void Manifest::set(const std::string& name, const std::optional<Stamp>& stamp) {
    if (stamp)
        files_[name] = *stamp;
    else
        files_.erase(name);
}

Result<void> Manifest::write(const fs::path& directory) const {
    auto files = Json::object();
    for (const auto& [name, stamp] : files_)
        files[name] = {{"bytes", stamp.bytes}, {"modified_ns", stamp.modified_ns}};
    const auto part = directory / (std::string{manifest_name} + ".part");
    std::ofstream{part} << Json{{"schema", "frugald-backup/1"}, {"files", files}}.dump(1) << '\n';
    if (auto synced = sync_file(part); !synced) return synced;
    std::error_code error;
    fs::rename(part, directory / manifest_name, error);
    if (error)
        return fail(Fault::unavailable,
                    fmt::format("cannot write {}: {}", (directory / manifest_name).string(),
                                error.message()));
    return sync_directory(directory);
}

Result<void> sync_file(const fs::path& file) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = handle >= 0 && ::fsync(handle) == 0;
    const int error = errno;
    if (handle >= 0) ::close(handle);
    if (synced) return {};
    return fail(Fault::unavailable,
                fmt::format("cannot sync {}: {}", file.string(), std::strerror(error)));
}

}  // namespace frugald::db
