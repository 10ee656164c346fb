#include "tests/plugins/slurm/live/real_slurm.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/plugins/slurm/live/processes.h"

namespace {

constexpr int daemons_of_nodes = 2;

}  // namespace

std::string RealSlurm::missing() {
    for (const char* program : {"slurmctld", "slurmd", "munged", "scontrol", "sinfo"})
        if (!is_installed(program)) return std::string{program} + " is not installed";
    return {};
}

RealSlurm::RealSlurm(const std::string& extra, bool accounting) {
    ::setenv("PATH", "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    std::string key(1024, 'k');
    std::random_device random;
    for (char& c : key) c = static_cast<char>(random());
    ::chmod(scratch_.write("munge.key", key).c_str(), 0400);
    scratch_.write("programs/nothing",
                   "#!/bin/sh\necho \"$1\" >> " + (scratch_.path() / "calls").string() + "\n");
    ::chmod((scratch_.path() / "programs/nothing").c_str(), 0755);
    start_munged();
    if (accounting) accounting_.emplace(scratch_.path());
    make_conf(accounting_ ? accounting_->conf_lines() + extra : extra);
    if (accounting_) command({"sacctmgr", "-i", "add", "cluster", "test"});
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
    for (auto& slurmd : slurmds_) end_program(slurmd, SIGTERM);
    end_program(controller_, SIGKILL);
    end_program(munged_, SIGTERM);
}

void RealSlurm::make_conf(const std::string& extra) {
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
        fmt::arg("port", port), fmt::arg("me", own_name()), fmt::arg("here", here),
        fmt::arg("first", port + 1), fmt::arg("last", port + 4), fmt::arg("extra", extra));
    const std::string ours[] = {"SuspendTime=31536000\n",
                                "AccountingStorageType=accounting_storage/none\n"};
    for (const auto& line : ours)
        if (extra.find(line.substr(0, line.find('=') + 1)) != std::string::npos)
            conf_text_.erase(conf_text_.find(line), line.size());
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
void RealSlurm::kill_controller() { end_program(controller_, SIGKILL); }
void RealSlurm::stop_controller() { end_program(controller_, SIGTERM); }
void RealSlurm::kill_munged() { end_program(munged_, SIGTERM); }

pid_t RealSlurm::run(std::vector<std::string> arguments, const std::string& log) const {
    return start_program(std::move(arguments), scratch_.path() / log);
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
