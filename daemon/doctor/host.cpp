// The host that frugald runs on: files, disks, descriptors, clocks.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

bool asks_for_secrets(const Settings& table) {
    for (const auto& entry : table.entries) {
        if (entry.key == "secret" || entry.key.ends_with("_secret")) return true;
        if (const auto* inner = std::get_if<std::shared_ptr<Settings>>(&entry.value.value))
            if (*inner && asks_for_secrets(**inner)) return true;
        if (const auto* list = std::get_if<SettingsValue::Array>(&entry.value.value))
            for (const auto& item : *list)
                if (const auto* part = std::get_if<std::shared_ptr<Settings>>(&item.value))
                    if (*part && asks_for_secrets(**part)) return true;
    }
    return false;
}

Finding secrets(const Facts& facts) {
    const auto path = facts.config.daemon.secrets_file.string();
    const auto& file = facts.probes.secrets;
    if (!file.exists) {
        if (!std::ranges::any_of(facts.config.plugins, asks_for_secrets))
            return ok("no part of the configuration asks for a secret");
        return unknown(fmt::format("{}: {}", path, file.trouble),
                       "fine if all secrets come from LoadCredential=");
    }
    const auto text =
        fmt::format("{} has mode {:04o} and belongs to uid {}", path, file.mode, file.uid);
    if ((file.mode & 0037) != 0 || (file.uid != 0 && file.uid != facts.probes.uid))
        return failed(text, fmt::format("chown root:frugald {0}; chmod 0640 {0}; then change the "
                                        "passwords that others could read",
                                        path));
    return ok(text);
}

Finding directory(const std::string& path, const DirectoryFacts& about, unsigned forbidden) {
    if (!about.file.exists || !about.file.directory)
        return failed(
            fmt::format("{}: {}", path, about.file.exists ? "no directory" : about.file.trouble),
            "create it, owned by frugald's user, or let systemd do it "
            "(StateDirectory=, tmpfiles.d)");
    const auto text = fmt::format("{} has mode {:04o}", path, about.file.mode);
    if ((about.file.mode & forbidden) != 0)
        return failed(text + ": others could write to it", fmt::format("chmod o-w {}", path));
    if (!about.writable)
        return failed(fmt::format("frugald cannot write to {}", path),
                      "chown it to frugald's user, or mount its file system writable");
    return ok(text);
}

Finding state_directory(const Facts& facts) {
    return directory(facts.config.daemon.state_directory.string(), facts.probes.state, 0022);
}

Finding spool_directory(const Facts& facts) {
    const auto& about = facts.probes.spool;
    const auto path = facts.config.daemon.spool_directory.string();
    // SlurmUser writes here: a group is fine, and everybody only with the sticky bit.
    const unsigned forbidden = (about.file.mode & 01000) != 0 ? 0u : 0002u;
    return directory(path, about, forbidden);
}

Finding disk_space(const Facts& facts) {
    const auto free = facts.probes.state.free_bytes;
    const auto path = facts.config.daemon.state_directory.string();
    if (!free) return unknown(fmt::format("the free space of {} is not known", path), "see df");
    const auto text = fmt::format("{} MiB are free in {}", *free / mebibyte, path);
    if (*free < 100 * mebibyte)
        return failed(text, "make room: requests can no longer be written down and are refused");
    if (*free < 1024 * mebibyte) return warn(text, "make room, or lower keep_readings_daysays");
    return ok(text);
}

Finding filesystem(const Facts& facts) {
    const auto& type = facts.probes.state.filesystem;
    const auto path = facts.config.daemon.state_directory.string();
    if (type.empty())
        return unknown(fmt::format("the file system of {} is not known", path), "see findmnt");
    static constexpr std::array remote{"nfs", "cifs", "smb2", "lustre", "ceph", "fuse", "gfs2"};
    if (std::ranges::find(remote, type) != remote.end())
        return failed(fmt::format("{} is on {}: SQLite's locks are not reliable there", path, type),
                      "use a local disk for state_directory");
    if (type == "tmpfs" || type == "ramfs")
        return warn(
            fmt::format("{} is on {}: holds and readings are gone after a reboot", path, type),
            "use a local disk for state_directory");
    return ok(fmt::format("{} is on {}", path, type));
}

Finding descriptors(const Facts& facts) {
    const auto &limit = facts.probes.descriptors_limit, &open = facts.probes.descriptors_open;
    if (!limit || !open) return unknown("the limit of open files is not known", "see ulimit -n");
    const auto text = fmt::format("{} of at most {} files are open", *open, *limit);
    if (*open * 5 > *limit * 4) return failed(text, "set LimitNOFILE=65536 in the unit");
    if (*limit < 1024) return warn(text, "set LimitNOFILE=65536 in the unit");
    return ok(text);
}

Finding clock_sync(const Facts& facts) {
    const auto& synchronised = facts.probes.clock_synchronised;
    if (!synchronised)
        return unknown("whether this clock is synchronised is not known", "see timedatectl");
    if (*synchronised) return ok("the kernel says that the clock is synchronised");
    return warn("the kernel says that the clock is not synchronised",
                "run chrony, ntpd or systemd-timesyncd: munge refuses clocks that differ by 5 "
                "minutes, and Slurm's deadlines are wall clock times");
}

Finding clock_steps(const Facts& facts) {
    if (!facts.now) return unknown("no picture has been published yet", "ask again in a second");
    const auto steady = facts.now->at.steady - facts.began.steady;
    if (steady < std::chrono::minutes{1})
        return unknown("frugald has run for less than a minute", "ask again later");
    const double off =
        std::chrono::duration<double>((facts.now->at.wall - facts.began.wall) - steady).count();
    const auto text = fmt::format("since frugald's start the clock was stepped by {:.1f} s", off);
    if (std::abs(off) > 10)
        return failed(text,
                      "find out what sets the clock; deadlines are kept on both clocks, and "
                      "the earlier one counts");
    if (std::abs(off) > 1) return warn(text, "find out what sets the clock");
    return ok(text);
}

}  // namespace

std::span<const Check> host_checks() {
    static constexpr Check checks[] = {
        {"secrets-file", secrets},
        {"state-directory", state_directory},
        {"spool-directory", spool_directory},
        {"disk-space", disk_space},
        {"state-filesystem", filesystem},
        {"open-files", descriptors},
        {"clock-synchronised", clock_sync},
        {"clock-steps", clock_steps},
    };
    return checks;
}

}  // namespace frugald::doctor
