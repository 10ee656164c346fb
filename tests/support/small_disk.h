#pragma once

#include <sys/mount.h>

#include <filesystem>

namespace frugald::test {

/// A tmpfs over a new directory, gone with the scope. Needs root: see `mounted`.
struct SmallDisk {
    std::filesystem::path path;
    bool mounted;
    /// `options` as in mount(8), "size=4m".
    SmallDisk(const std::filesystem::path& at, const char* options)
        : path(at),
          mounted(std::filesystem::create_directory(at) &&
                  ::mount("tmpfs", at.c_str(), "tmpfs", 0, options) == 0) {}
    ~SmallDisk() {
        if (mounted) ::umount2(path.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool resize(const char* options) const {
        return ::mount("tmpfs", path.c_str(), "tmpfs", MS_REMOUNT, options) == 0;
    }
};

}  // namespace frugald::test
