#include "tests/plugins/snmp/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

Process::Process(std::vector<std::string> words, const std::filesystem::path& log) {
    words.insert(words.begin(), {"timeout", "-k", "2", "200"});
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (::posix_spawnp(&process_, "timeout", &files, nullptr, arguments.data(), ::environ) != 0)
        process_ = 0;
    posix_spawn_file_actions_destroy(&files);
}

Process::~Process() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}

bool Process::running() const {
    siginfo_t ended{};
    return process_ > 0 &&
           ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
}
