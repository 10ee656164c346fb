#include "plugins/ipmi/session_mark.h"

#include <fmt/format.h>
#include <time.h>

#include <fstream>
#include <string>

namespace frugald::ipmi {
namespace {

// Counts through suspension and is not set by anybody, but starts anew with each boot.
std::chrono::milliseconds since_boot() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::duration_cast<std::chrono::milliseconds>(
                                                  std::chrono::nanoseconds{now.tv_nsec});
}

std::string boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

}  // namespace

SessionMark::SessionMark(const std::filesystem::path& directory, std::chrono::milliseconds expiry)
    : file_(directory.empty() ? directory : directory / "ipmi-sessions"), expiry_(expiry) {}

std::chrono::milliseconds SessionMark::left_behind() const {
    using std::chrono::milliseconds;
    std::string boot;
    milliseconds::rep touched = 0;
    std::ifstream file(file_);
    if (!(file >> boot >> touched) || boot != boot_id()) return milliseconds{0};
    const milliseconds age = since_boot() - milliseconds{touched};
    if (age < milliseconds{0}) return milliseconds{0};
    return std::max(milliseconds{0}, expiry_ + refresh - age);
}

void SessionMark::touch() {
    if (file_.empty()) return;
    // In place and without sync: a mark that a crash of the machine loses is worth nothing anyway.
    std::ofstream(file_) << fmt::format("{} {}\n", boot_id(), since_boot().count());
}

void SessionMark::clear() {
    std::error_code ignored;
    if (!file_.empty()) std::filesystem::remove(file_, ignored);
}

}  // namespace frugald::ipmi
