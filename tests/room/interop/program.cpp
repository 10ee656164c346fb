#include "tests/room/interop/program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/room/control.h"

extern char** environ;

namespace frugald::room {

namespace {

/// Empty if it is nowhere.
std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path != nullptr ? path : "/usr/bin") +
                               ":/usr/sbin:/usr/local/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string candidate = folder + "/" + name;
        if (access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

struct Child {
    pid_t process = -1;
    int output = -1;
};

Child spawn(std::vector<std::string> arguments) {
    arguments[0] = find_program(arguments[0]);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_adddup2(&files, ends[1], 2);
    Child child{-1, ends[0]};
    const int error = posix_spawn(&child.process, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    if (error == 0) return child;
    close(ends[0]);
    throw std::runtime_error("cannot start " + arguments[0]);
}

/// Reads until the end, until `stop` is in the text, or until the time is over (false).
bool read_output(int fd, std::string& text, std::string_view stop,
                 std::chrono::steady_clock::time_point deadline) {
    while (stop.empty() || text.find(stop) == std::string::npos) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd wait{fd, POLLIN, 0};
        if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) return false;
        std::array<char, 4096> piece;
        const ssize_t count = read(fd, piece.data(), piece.size());
        if (count <= 0) return stop.empty();
        text.append(piece.data(), static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace

Outcome run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds patience) {
    const Child child = spawn(arguments);
    Outcome outcome;
    const bool ended =
        read_output(child.output, outcome.output, {}, std::chrono::steady_clock::now() + patience);
    if (!ended) kill(child.process, SIGKILL);
    int status = 0;
    waitpid(child.process, &status, 0);
    close(child.output);
    if (ended && WIFEXITED(status)) outcome.code = WEXITSTATUS(status);
    return outcome;
}

bool present(const std::string& name) {
    if (!find_program(name).empty()) return true;
    fmt::print("skipped: {} not present\n", name);
    return false;
}

RoomProcess::RoomProcess(const std::filesystem::path& directory, const std::string& configuration)
    : control_(directory / "room.sock") {
    constexpr std::chrono::seconds patience{20};
    const auto file = directory / "room.toml";
    std::ofstream(file) << fmt::format("[room]\ncontrol = \"{}\"\n{}", control_.string(),
                                       configuration);
    const Child child = spawn({ROOM_PROGRAMS "/frugald-room", file.string()});
    process_ = child.process;
    std::string output;
    const bool ready =
        read_output(child.output, output, "ready\n", std::chrono::steady_clock::now() + patience);
    close(child.output);
    if (ready) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    throw std::runtime_error("frugald-room did not start: " + output);
}

RoomProcess::~RoomProcess() {
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    const auto ended = [this] { return waitpid(process_, nullptr, WNOHANG) == process_; };
    if (eventually(ended, std::chrono::seconds(20))) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

std::string RoomProcess::ask(const std::string& command) const {
    const auto answer = ask_room(control_, {command});
    return answer ? *answer : "error " + answer.error().text;
}

}  // namespace frugald::room
