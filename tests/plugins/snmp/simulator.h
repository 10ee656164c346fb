#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/plugins/snmp/process.h"
#include "tests/support/scratch.h"

/// Waits until an SNMPv3 agent answers; false when it ends instead, or for too long does not.
bool agent_answers(const Process& agent, const std::string& address, std::uint16_t port);

/// A running snmpsim that serves the recordings of a directory: the community, or the SNMPv3
/// context, is the recording's name. Users: "sha256" (SHA-256, AES-128), "sha256aes256",
/// "sha1" (SHA, AES-128), "nopriv" (SHA-256 only); passwords below.
class Simulator {
public:
    static constexpr const char* auth_password = "an auth password";
    static constexpr const char* privacy_password = "a privacy password";

    /// Waits until it answers.
    Simulator(const std::filesystem::path& recordings, std::string address, std::uint16_t port);

    /// False where snmpsim is not installed or does not start.
    bool answers() const { return answers_; }
    const std::string& address() const { return address_; }
    std::uint16_t port() const { return port_; }

private:
    void start(const std::filesystem::path& recordings);

    Scratch scratch_;
    std::string address_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
    bool answers_ = false;
};
