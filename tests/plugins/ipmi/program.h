#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace frugald::test {

/// A program that a test starts and ends, by its pid; it also ends when the test dies.
class Program {
public:
    /// argv[0] is the file; the program runs in `directory`.
    Program(const std::vector<std::string>& argv, const std::string& directory);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// What it has written to stdout and stderr until `text` came, or until 10 s have passed.
    bool wait_for(const std::string& text);
    /// Until it ends by itself; true: with exit code 0.
    bool finish();
    /// SIGTERM, then SIGKILL after 3 s.
    void end();
    /// SIGKILL now.
    void kill();
    pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
    int output_ = -1;
};

}  // namespace frugald::test
