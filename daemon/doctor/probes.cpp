#include "daemon/doctor/probes.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>

#include "daemon/doctor/bmc_groups.h"

namespace frugald::doctor {

namespace {

namespace fs = std::filesystem;

std::string filesystem_name(long type) {
    struct Known {
        long type;
        const char* name;
    };
    static constexpr std::array known{
        Known{0x6969, "nfs"},         Known{0xff534d42L, "cifs"}, Known{0xfe534d42L, "smb2"},
        Known{0x0bd00bd0, "lustre"},  Known{0x00c36400, "ceph"},  Known{0x65735546, "fuse"},
        Known{0x01161970, "gfs2"},    Known{0x01021994, "tmpfs"}, Known{0x858458f6L, "ramfs"},
        Known{0xef53, "ext4"},        Known{0x58465342, "xfs"},   Known{0x9123683eL, "btrfs"},
        Known{0x794c7630, "overlay"}, Known{0x2fc12fc1, "zfs"},
    };
    for (const auto& each : known)
        if (each.type == (type & 0xffffffffL)) return each.name;
    return fmt::format("type {:#x}", type);
}

/// hook.conf as the hook itself would find it.
void read_hook_conf(const fs::path& folder, ProgramFacts& about) {
    about.socket = "/run/frugald/hook.sock";
    about.spool = "/var/spool/frugald";
    std::ifstream conf{folder / "hook.conf"};
    if (!conf) conf.open("/etc/frugald/hook.conf");
    for (std::string line; std::getline(conf, line);) {
        if (line.empty() || line[0] == '#') continue;
        const auto split = line.find('=');
        const auto key = line.substr(0, split);
        const auto value = split == std::string::npos ? "" : line.substr(split + 1);
        if (key == "socket" && value.starts_with('/'))
            about.socket = value;
        else if (key == "spool" && value.starts_with('/'))
            about.spool = value;
        else
            about.problem = fmt::format("'{}' is no line of hook.conf", line);
    }
}

std::optional<bool> clock_synchronised() {
    timex state{};
    const int result = ::adjtimex(&state);
    if (result < 0) return std::nullopt;
    return result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

void count_descriptors(Probes& probes) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) probes.descriptors_limit = limit.rlim_cur;
    std::error_code failed;
    const fs::directory_iterator open{"/proc/self/fd", failed};
    if (!failed)
        probes.descriptors_open = static_cast<std::uint64_t>(std::distance(begin(open), end(open)));
}

/// Empty: the name service does not know it.
std::string address_of(const std::string& host) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
    char text[NI_MAXHOST] = "";
    ::getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    ::freeaddrinfo(found);
    return text;
}

std::map<std::string, std::string> find_bmcs(const Config& config,
                                             std::chrono::milliseconds patience) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    std::map<std::string, std::string> addresses;
    for (const auto& group : bmc_groups(config))
        for (std::size_t i = 0; i < group.nodes.size(); ++i) {
            if (std::chrono::steady_clock::now() > give_up) return addresses;
            const auto address = address_of(group.hosts[i]);
            if (!address.empty())
                addresses[group.nodes[i]] = fmt::format("{}:{}", address, group.port);
        }
    return addresses;
}

}  // namespace

FileFacts look_at(const fs::path& path) {
    FileFacts facts;
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) {
        facts.trouble = std::strerror(errno);
        return facts;
    }
    facts.exists = true;
    facts.directory = S_ISDIR(about.st_mode);
    facts.mode = about.st_mode & 07777;
    facts.uid = about.st_uid;
    return facts;
}

DirectoryFacts look_into(const fs::path& path) {
    DirectoryFacts facts;
    facts.file = look_at(path);
    facts.writable = ::access(path.c_str(), W_OK | X_OK) == 0;
    struct statfs about {};
    if (::statfs(path.c_str(), &about) != 0) return facts;
    facts.free_bytes = std::uint64_t{about.f_bavail} * static_cast<std::uint64_t>(about.f_bsize);
    facts.filesystem = filesystem_name(static_cast<long>(about.f_type));
    return facts;
}

ProgramFacts look_at_program(const std::string& path) {
    ProgramFacts facts;
    facts.file = look_at(path);
    std::error_code failed;
    const auto target = fs::canonical(path, failed);
    facts.ours = !failed && target.filename() == "frugald-hook";
    if (facts.ours) read_hook_conf(fs::path{path}.parent_path(), facts);
    return facts;
}

std::vector<std::string> own_names() {
    char name[256] = "";
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return {};
    std::vector<std::string> names{name};
    if (const auto dot = names[0].find('.'); dot != std::string::npos)
        names.push_back(names[0].substr(0, dot));
    return names;
}

Probes probe(const Config& config, const SchedulerView* slurm, const ProbePlaces& places,
             std::chrono::milliseconds patience) {
    Probes probes;
    probes.uid = ::geteuid();
    probes.own_names = own_names();
    probes.secrets = look_at(config.daemon.secrets_file);
    probes.hold_file = look_at(config.daemon.runtime_directory / "HOLD");
    probes.hook_socket = look_at(config.daemon.runtime_directory / "hook.sock");
    probes.munge_socket = look_at(places.munge_socket);
    probes.state = look_into(config.daemon.state_directory);
    probes.spool = look_into(config.daemon.spool_directory);
    count_descriptors(probes);
    probes.clock_synchronised = clock_synchronised();
    probes.bmc_addresses = find_bmcs(config, patience);
    if (!slurm) return probes;
    const auto& saving = slurm->power_saving;
    for (const auto* path :
         {&saving.suspend_program, &saving.resume_program, &saving.resume_fail_program})
        if (!path->empty())
            probes.programs[*path] = look_at_program(path->substr(0, path->find(' ')));
    return probes;
}

}  // namespace frugald::doctor
