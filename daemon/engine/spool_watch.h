#pragma once

#include <filesystem>
#include <set>

#include "daemon/engine/intake.h"
#include "daemon/hook/spool.h"

namespace frugald {

/// Takes in what hooks had to leave in the spool directory while the daemon did not answer. Only
/// files written by root or by a hook user count; the others are reported and left alone.
class SpoolWatch {
public:
    SpoolWatch(Tools tools, asio::any_io_executor workers, Intake& intake)
        : tools_(tools), workers_(workers), intake_(intake) {}

    void allow(std::set<unsigned> uids) { allowed_ = std::move(uids); }
    /// One look into the directory.
    asio::awaitable<void> look(std::filesystem::path directory);

private:
    asio::awaitable<void> take(std::string directory, hook::Spooled entry);
    void report(const std::string& problem);

    Tools tools_;
    asio::any_io_executor workers_;
    Intake& intake_;
    std::set<unsigned> allowed_;
    std::set<std::string> left_alone_;
    std::string reported_;
};

}  // namespace frugald
