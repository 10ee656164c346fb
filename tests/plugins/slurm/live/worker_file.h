#pragma once

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

/// /proc/PID/NAME of the running frugald-slurm; empty without one.
inline std::string worker_file(const std::string& name) {
    std::ifstream children{"/proc/self/task/" + std::to_string(::getpid()) + "/children"};
    for (std::string pid; children >> pid;) {
        std::string program;
        std::ifstream{"/proc/" + pid + "/comm"} >> program;
        if (program != "frugald-slurm") continue;
        std::ifstream in{"/proc/" + pid + "/" + name};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    return {};
}
