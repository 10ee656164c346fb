#include "plugins/slurm/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <vector>

namespace frugald::slurm {

namespace {

constexpr int channel_fd = 3;

std::vector<std::string> environment(const std::string& conf) {
    std::vector<std::string> variables{"SLURM_CONF=" + conf};
    for (char** variable = environ; *variable; ++variable)
        if (std::strncmp(*variable, "SLURM_", 6) != 0) variables.emplace_back(*variable);
    return variables;
}

class Files {
public:
    Files(int channel, int printed) {
        posix_spawn_file_actions_init(&actions_);
        // Ours are all above 3: the daemon's own descriptors come first.
        posix_spawn_file_actions_adddup2(&actions_, printed, 2);
        posix_spawn_file_actions_adddup2(&actions_, channel, channel_fd);
        posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
    }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;
    ~Files() { posix_spawn_file_actions_destroy(&actions_); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_;
};

class Attributes {
public:
    Attributes() {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_;
};

}  // namespace

Result<pid_t> spawn_worker(const std::filesystem::path& program, const std::string& conf,
                           int channel, int printed) {
    std::string name = program.string();
    char* arguments[] = {name.data(), nullptr};
    auto variables = environment(conf);
    std::vector<char*> pointers;
    for (auto& variable : variables) pointers.push_back(variable.data());
    pointers.push_back(nullptr);
    const Files files{channel, printed};
    const Attributes attributes;
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, name.c_str(), files.get(), attributes.get(), arguments, pointers.data());
    if (error == 0) return pid;
    return fail(Fault::unavailable, fmt::format("cannot start {}: {}", name, std::strerror(error)));
}

}  // namespace frugald::slurm
