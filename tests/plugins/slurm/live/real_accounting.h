#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

/// A slurmdbd with a MariaDB of its own, in a directory where a munged listens.
class RealAccounting {
public:
    /// Why none can run here; empty if one can.
    static std::string missing();

    explicit RealAccounting(const std::filesystem::path& directory);
    RealAccounting(const RealAccounting&) = delete;
    RealAccounting& operator=(const RealAccounting&) = delete;
    ~RealAccounting();

    /// For slurm.conf.
    std::string conf_lines() const;
    void stop();
    void start();

private:
    std::filesystem::path directory_;
    int port_ = 0;
    pid_t mariadb_ = 0, slurmdbd_ = 0;
};
