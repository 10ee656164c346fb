#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/plugins/ipmi/program.h"
#include "tests/plugins/remote_write/decode.h"

namespace frugald::test {

/// A real receiver: a program of its own, on a port of its own of 127.0.0.1, its data below a
/// directory that outlives it.
class Peer {
public:
    virtual ~Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Until it answers; throws if it does not.
    void start();
    void end() { program_.reset(); }
    void kill();
    pid_t pid() const { return program_->pid(); }
    unsigned short port() const { return port_; }
    const std::filesystem::path& data() const { return data_; }
    /// Of all it has done since it was started, user and system.
    std::chrono::duration<double> cpu_time() const;
    /// Everything it has of these instants.
    virtual Received stored(std::int64_t from_ms, std::int64_t to_ms) const = 0;
    /// GET; throws unless it is answered with a 2xx.
    std::string get(const std::string& target) const;

protected:
    explicit Peer(const std::filesystem::path& directory);
    std::string address() const;

private:
    virtual std::vector<std::string> words() const = 0;
    virtual std::string ready_target() const = 0;

    std::filesystem::path data_;
    unsigned short port_;
    std::unique_ptr<Program> program_;
};

class VictoriaMetrics final : public Peer {
public:
    static constexpr const char* file = "/usr/bin/victoria-metrics";
    static bool installed() { return std::filesystem::exists(file); }
    explicit VictoriaMetrics(const std::filesystem::path& directory) : Peer(directory) {}
    Received stored(std::int64_t from_ms, std::int64_t to_ms) const override;

private:
    std::vector<std::string> words() const override;
    std::string ready_target() const override { return "/health"; }
};

class Prometheus final : public Peer {
public:
    static constexpr const char* file = "/usr/bin/prometheus";
    static bool installed() { return std::filesystem::exists(file); }
    /// `storage`: what its configuration says of out_of_order_time_window; empty: nothing.
    explicit Prometheus(const std::filesystem::path& directory, std::string window = {});
    Received stored(std::int64_t from_ms, std::int64_t to_ms) const override;

private:
    std::vector<std::string> words() const override;
    std::string ready_target() const override { return "/-/ready"; }
    std::filesystem::path configuration_;
};

}  // namespace frugald::test
