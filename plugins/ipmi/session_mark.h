#pragma once

#include <chrono>
#include <filesystem>

namespace frugald::ipmi {

/// A file that says "sessions are open", kept while they are and removed when all are closed. A
/// daemon that was killed leaves it behind, and its sessions on the BMCs: until those expire, each
/// further start would take another of the few slots, also from the administrators' consoles.
class SessionMark {
public:
    /// Without a directory nothing is kept. `expiry`: how long BMCs keep a session nobody uses;
    /// IPMI 2.0, 6.12.15 says 60 s, give or take 3.
    SessionMark(const std::filesystem::path& directory, std::chrono::milliseconds expiry);

    /// How much longer a predecessor's sessions may hold their slots; 0 when it stopped cleanly,
    /// or before this machine was booted.
    std::chrono::milliseconds left_behind() const;

    /// To be called at least this often while sessions are open.
    static constexpr std::chrono::seconds refresh{5};
    void touch();
    void clear();

private:
    std::filesystem::path file_;
    std::chrono::milliseconds expiry_;
};

}  // namespace frugald::ipmi
