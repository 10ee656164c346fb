#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace frugald::room {

struct Outcome {
    int code = -1;       // exit code; -1: it did not end by itself
    std::string output;  // stdout and stderr
};

/// Runs a program of PATH or of the sbin directories to its end, at most so long.
Outcome run_program(const std::vector<std::string>& arguments,
                    std::chrono::milliseconds patience = std::chrono::seconds(30));

/// Whether the program is installed; says "skipped: NAME not present" if it is not.
bool present(const std::string& name);

/// A frugald-room of our own build with this configuration; ended, by its process id, with us.
class RoomProcess {
public:
    RoomProcess(const std::filesystem::path& directory, const std::string& configuration);
    ~RoomProcess();
    RoomProcess(const RoomProcess&) = delete;
    RoomProcess& operator=(const RoomProcess&) = delete;

    /// The output of a command for the control socket.
    std::string ask(const std::string& command) const;
    pid_t process() const { return process_; }

private:
    std::filesystem::path control_;
    pid_t process_ = -1;
};

/// Polls until it is so; false when the time is over.
template <class Condition>
bool eventually(Condition condition,
                std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace frugald::room
