#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/scratch.h"

/// A running snmpsim that serves the recordings of a directory: the community, or the SNMPv3
/// context, is the recording's name. Users: "sha256" (SHA-256, AES-128), "sha256aes256",
/// "sha1" (SHA, AES-128), "nopriv" (SHA-256 only); passwords below.
class Simulator {
public:
    static constexpr const char* auth_password = "an auth password";
    static constexpr const char* privacy_password = "a privacy password";

    /// Waits until it answers.
    Simulator(const std::filesystem::path& recordings, std::string address, std::uint16_t port);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// False where snmpsim is not installed or does not start.
    bool answers() const { return answers_; }
    const std::string& address() const { return address_; }
    std::uint16_t port() const { return port_; }

private:
    void start(const std::filesystem::path& recordings);
    bool wait_for_answer() const;

    Scratch scratch_;
    std::string address_;
    std::uint16_t port_;
    pid_t process_ = 0;
    bool answers_ = false;
};
