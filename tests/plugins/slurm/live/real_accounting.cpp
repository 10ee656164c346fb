#include "tests/plugins/slurm/live/real_accounting.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/plugins/slurm/live/processes.h"

namespace {

/// Until `file` has this text, or 20 s.
void wait_for(const std::filesystem::path& file, const std::string& text) {
    for (int i = 0; i < 400; ++i) {
        std::ifstream in{file};
        const std::string now{std::istreambuf_iterator<char>{in}, {}};
        if (now.find(text) != std::string::npos) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

}  // namespace

std::string RealAccounting::missing() {
    for (const char* program : {"slurmdbd", "mariadbd", "sacct", "sacctmgr"})
        if (!is_installed(program)) return std::string{program} + " is not installed";
    for (const char* folder : {"/usr/lib/x86_64-linux-gnu/slurm-wlm/", "/usr/lib/slurm/",
                               "/usr/lib/aarch64-linux-gnu/slurm-wlm/", "/usr/lib64/slurm/"})
        if (::access((std::string{folder} + "accounting_storage_mysql.so").c_str(), R_OK) == 0)
            return {};
    return "Slurm's accounting_storage_mysql.so is not installed";
}

RealAccounting::RealAccounting(const std::filesystem::path& directory)
    : directory_(directory), port_(free_ports(1)) {
    const auto here = directory_.string();
    std::filesystem::create_directories(directory_ / "mariadb");
    ::setenv("MYSQL_UNIX_PORT", (here + "/mariadb.socket").c_str(), 1);
    mariadb_ =
        start_program({"mariadbd", "--no-defaults", "--skip-grant-tables", "--skip-networking",
                       "--datadir=" + here + "/mariadb", "--socket=" + here + "/mariadb.socket",
                       "--pid-file=" + here + "/mariadb.pid", "--user=" + own_name(),
                       "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M"},
                      directory_ / "mariadb.log");
    const auto conf = directory_ / "slurmdbd.conf";
    std::ofstream{conf} << fmt::format(
        "AuthType=auth/munge\nAuthInfo=socket={here}/munge.socket\nDbdHost=localhost\n"
        "DbdAddr=127.23.0.1\nDbdPort={port}\nSlurmUser={me}\n"
        "StorageType=accounting_storage/mysql\nStorageHost=localhost\nStorageUser={me}\n"
        "StorageLoc=accounts\nPidFile={here}/slurmdbd.pid\nLogFile={here}/slurmdbd.log\n",
        fmt::arg("here", here), fmt::arg("port", port_), fmt::arg("me", own_name()));
    ::chmod(conf.c_str(), 0600);
    wait_for(directory_ / "mariadb.log", "ready for connections");
    start();
}

RealAccounting::~RealAccounting() {
    stop();
    end_program(mariadb_, SIGKILL);
}

void RealAccounting::start() {
    std::filesystem::remove(directory_ / "slurmdbd.log");
    slurmdbd_ = start_program(
        {"env", "SLURM_CONF=" + (directory_ / "slurm.conf").string(), "slurmdbd", "-D"},
        directory_ / "slurmdbd.out");
    wait_for(directory_ / "slurmdbd.log", "started");
}

void RealAccounting::stop() { end_program(slurmdbd_, SIGTERM); }

std::string RealAccounting::conf_lines() const {
    return fmt::format(
        "AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.23.0.1\n"
        "AccountingStoragePort={}\nAccountingStoragePass={}/munge.socket\n",
        port_, directory_.string());
}
