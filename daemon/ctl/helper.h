#pragma once

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

/// A program of frugald's that runs for a while and writes lines; what it says on stderr goes to
/// ours. SIGINT, SIGTERM and SIGHUP reach it, not us, until the end of this object: it shall leave
/// nothing open behind.
class Helper {
public:
    static Attempt<std::unique_ptr<Helper>> start(const std::filesystem::path& program,
                                                  std::vector<std::string> arguments);
    ~Helper();
    Helper(const Helper&) = delete;
    Helper& operator=(const Helper&) = delete;

    /// Waits. Absent: there are no more.
    std::optional<std::string> next_line();
    /// Waits for its end; the exit code, or -1 for a death by signal.
    int finish();
    bool interrupted() const { return interrupted_; }

private:
    Helper();
    bool wait_for_output();
    bool spawn(const std::filesystem::path& program, std::vector<std::string>& arguments);

    sigset_t signals_{};
    sigset_t mask_before_{};
    int signal_fd_ = -1;
    int output_ = -1;
    pid_t pid_ = -1;
    bool interrupted_ = false;
    std::string pending_;
};

/// Beside frugalctl, else the installed place.
std::filesystem::path helper_path(const char* name);

}  // namespace frugald::ctl
