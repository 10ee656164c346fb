#include "tests/plugins/slurm/live/real_slurm.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

namespace {

constexpr int daemons_of_nodes = 2;

bool installed(const std::string& program) {
    for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/usr/local/sbin/"})
        if (::access((folder + program).c_str(), X_OK) == 0) return true;
    return false;
}

/// `count` TCP ports in a row that nobody uses now.
int free_ports(int count) {
    std::random_device random;
    for (;;) {
        const int first = 18000 + static_cast<int>(random() % 900);
        bool free = true;
        for (int port = first; free && port < first + count; ++port) {
            const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(static_cast<std::uint16_t>(port));
            free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
            ::close(fd);
        }
        if (free) return first;
    }
}

void end(pid_t& pid, int signal) {
    if (pid <= 0) return;
    ::kill(pid, SIGCONT);
    ::kill(pid, signal);
    for (int i = 0; i < 500 && ::waitpid(pid, nullptr, WNOHANG) == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = 0;
}

}  // namespace

std::string RealSlurm::missing() {
    for (const char* program : {"slurmctld", "slurmd", "munged", "scontrol", "sinfo"})
        if (!installed(program)) return std::string{program} + " is not installed";
    return {};
}

RealSlurm::RealSlurm(const std::string& extra) {
    ::setenv("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    std::string key(1024, 'k');
    std::random_device random;
    for (char& c : key) c = static_cast<char>(random());
    ::chmod(scratch_.write("munge.key", key).c_str(), 0400);
    scratch_.write("programs/nothing",
                   "#!/bin/sh\necho \"$1\" >> " + (scratch_.path() / "calls").string() + "\n");
    ::chmod((scratch_.path() / "programs/nothing").c_str(), 0755);
    make_conf(extra);
    start_munged();
    start_controller();
    for (int i = 1; i <= daemons_of_nodes; ++i) {
        const auto name = fmt::format("n{}", i);
        std::filesystem::create_directories(scratch_.path() / "spool" / name);
        slurmds_.push_back(run({"slurmd", "-D", "-b", "-N", name, "-f", conf()}, name + ".log"));
    }
}

RealSlurm::~RealSlurm() {
    if (controller_ > 0) {
        ::kill(controller_, SIGCONT);
        ::kill(munged_, SIGCONT);
        command({"scancel", "--user", std::to_string(::getuid())});
    }
    for (auto& slurmd : slurmds_) end(slurmd, SIGTERM);
    end(controller_, SIGKILL);
    end(munged_, SIGTERM);
}

void RealSlurm::make_conf(const std::string& extra) {
    const passwd* me = ::getpwuid(::geteuid());
    const int port = free_ports(1 + 4);
    const auto here = scratch_.path().string();
    conf_text_ = fmt::format(
        "ClusterName=test\nSlurmctldHost=localhost(127.23.0.1)\nSlurmctldPort={port}\n"
        "SlurmUser={me}\nSlurmdUser={me}\nAuthType=auth/munge\n"
        "AuthInfo=socket={here}/munge.socket\nCredType=cred/munge\n"
        "StateSaveLocation={here}/state\nSlurmdSpoolDir={here}/spool/%n\n"
        "SlurmctldPidFile={here}/slurmctld.pid\nSlurmdPidFile={here}/slurmd-%n.pid\n"
        "MailProg=/bin/true\nProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n"
        "JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n"
        "SelectType=select/cons_tres\nSelectTypeParameters=CR_Core\nSwitchType=switch/none\n"
        "MpiDefault=none\nSlurmdParameters=config_overrides\nReturnToService=2\n"
        "SlurmdTimeout=0\nSuspendProgram={here}/programs/nothing\n"
        "ResumeProgram={here}/programs/nothing\nSuspendTime=31536000\nSuspendTimeout=2\n"
        "ResumeTimeout=30\nSuspendRate=0\nResumeRate=0\n"
        "SlurmctldParameters=power_save_interval=1,power_save_min_interval=0\n"
        "NodeName=n[1-4] NodeHostname=localhost NodeAddr=127.23.0.1 Port=[{first}-{last}] "
        "CPUs=4 RealMemory=1000\n"
        "PartitionName=batch Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP\n"
        "PartitionName=long Nodes=n[2-3] MaxTime=INFINITE State=UP\n"
        "PartitionName=kept Nodes=n4 MaxTime=INFINITE State=UP\n{extra}",
        fmt::arg("port", port), fmt::arg("me", me ? me->pw_name : "root"), fmt::arg("here", here),
        fmt::arg("first", port + 1), fmt::arg("last", port + 4), fmt::arg("extra", extra));
    if (extra.find("SuspendTime=") != std::string::npos) {
        const std::string ours = "SuspendTime=31536000\n";
        conf_text_.erase(conf_text_.find(ours), ours.size());
    }
    write_conf(conf_text_);
}

void RealSlurm::start_munged() {
    const auto in = [this](const char* name) { return (scratch_.path() / name).string(); };
    munged_ = run({"munged", "--foreground", "--force", "--key-file=" + in("munge.key"),
                   "--socket=" + in("munge.socket"), "--pid-file=" + in("munged.pid"),
                   "--seed-file=" + in("munged.seed"), "--log-file=" + in("munged.log")},
                  "munged.out");
    for (int i = 0; i < 500 && !std::filesystem::exists(in("munge.socket")); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

void RealSlurm::start_controller() {
    controller_ = run({"slurmctld", "-D", "-f", conf()}, "slurmctld.log");
}
void RealSlurm::kill_controller() { end(controller_, SIGKILL); }
void RealSlurm::stop_controller() { end(controller_, SIGTERM); }
void RealSlurm::kill_munged() { end(munged_, SIGTERM); }

pid_t RealSlurm::run(std::vector<std::string> arguments, const std::string& log) const {
    const auto file = (scratch_.path() / log).string();
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::close_range(3, ~0u, 0);
    ::execvp(pointers[0], pointers.data());
    ::_exit(127);
}

std::string RealSlurm::program_calls() const {
    std::ifstream in{scratch_.path() / "calls"};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string RealSlurm::command(const std::vector<std::string>& arguments) const {
    const auto file = scratch_.path() / "command.out";
    std::filesystem::remove(file);
    auto words = std::vector<std::string>{"env", "SLURM_CONF=" + conf()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ::waitpid(run(words, "command.out"), nullptr, 0);
    std::ifstream in{file};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}
