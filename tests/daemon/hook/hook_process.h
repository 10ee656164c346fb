#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

/// A folder laid out like the installed one: links suspend, resume, ... to the real program, and
/// a hook.conf that names `socket` and `spool` inside `directory`.
void install_hook(const std::filesystem::path& directory);

/// One run of the hook, started as slurmctld 22.05 starts it: descriptors 0 to 2 closed, signals
/// blocked, no PATH, argv[0] the bare name. The process is killed and reaped when this goes.
class HookProcess {
public:
    struct Start {
        std::string verb = "suspend";
        std::vector<std::string> arguments{"n1"};
        std::string resume_file{};  // SLURM_RESUME_FILE, unset when empty
        bool keep_stderr = false;   // a pipe instead of a closed descriptor
    };

    HookProcess(const std::filesystem::path& directory, const Start& start);
    HookProcess(const HookProcess&) = delete;
    HookProcess& operator=(const HookProcess&) = delete;
    ~HookProcess();

    pid_t pid() const { return pid_; }
    /// Its exit code, or -1 when it did not end by itself within 20 s.
    int wait();
    std::string errors();  // after wait()
    std::chrono::milliseconds took() const { return took_; }

private:
    pid_t pid_ = -1;
    int errors_ = -1;
    std::chrono::steady_clock::time_point started_;
    std::chrono::milliseconds took_{0};
};
