#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

/// A program that runs until this object goes, and not for more than 200 s whatever happens to the
/// test. Its output goes to `log`.
class Process {
public:
    Process(std::vector<std::string> words, const std::filesystem::path& log);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    bool running() const;

private:
    pid_t process_ = 0;
};
