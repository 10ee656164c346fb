#include "tests/room/machine/machines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>

extern char** environ;

namespace frugald::room {

namespace {

std::string with_name(std::string text, const std::string& name) {
    constexpr std::string_view place = "{node}";
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += name.size())
        text.replace(at, place.size(), name);
    return text;
}

std::vector<std::string> arguments_of(const Node& node, const std::string& program, Seconds boot) {
    std::vector<std::string> arguments{program,
                                       "--parent",
                                       fmt::format("{}", getpid()),
                                       "--boot",
                                       fmt::format("{}", boot.count()),
                                       "--shutdown",
                                       fmt::format("{}", node.kind->shutdown.count())};
    if (node.faults.has(FaultKind::noboot)) arguments.push_back("--no-boot");
    arguments.push_back("--");
    for (const std::string& argument : node.kind->machine)
        arguments.push_back(with_name(argument, node.name));
    return arguments;
}

/// 0 and the process, or an error number.
int spawn(std::vector<std::string> arguments, const std::string& console, pid_t& process) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, console.empty() ? "/dev/null" : console.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    const int error = posix_spawn(&process, argv[0], &files, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

}  // namespace

Machines::Machines(Loop& loop, Journal& journal) : loop_(loop), journal_(journal) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    program_ = (self.parent_path() / "frugald-room-machine").string();
}

Machines::~Machines() = default;

void Machines::start(Node& node, Seconds boot) {
    if (node.kind->machine.empty()) return;
    if (node.machine.process != 0) {
        node.machine.start_again = true;
        return;
    }
    pid_t process = 0;
    const int error = spawn(arguments_of(node, program_, boot),
                            with_name(node.kind->console, node.name), process);
    if (error != 0) {
        journal_.acted(node.name, "-",
                       fmt::format("machine_failed {}: {}", program_, std::strerror(error)));
        return;
    }
    node.machine.process = process;
    node.machine.descriptor =
        static_cast<int>(syscall(SYS_pidfd_open, process, static_cast<unsigned>(O_NONBLOCK)));
    ++running_;
    journal_.acted(node.name, "-", fmt::format("machine_started {}", process));
    loop_.watch(node.machine.descriptor, [this, &node] { reap(node); });
}

void Machines::cut(Node& node) {
    node.machine.start_again = false;
    if (node.machine.process != 0) kill(node.machine.process, SIGUSR1);
}

bool Machines::shut_down(Node& node) {
    if (node.machine.process == 0) return false;
    kill(node.machine.process, SIGTERM);
    return true;
}

void Machines::reap(Node& node) {
    int status = 0;
    if (waitpid(node.machine.process, &status, WNOHANG) != node.machine.process) return;
    loop_.forget(node.machine.descriptor);
    ::close(node.machine.descriptor);
    journal_.acted(node.name, "-", fmt::format("machine_ended {}", node.machine.process));
    node.machine.process = 0;
    node.machine.descriptor = -1;
    --running_;
    if (ended_) ended_(node);
}

}  // namespace frugald::room
