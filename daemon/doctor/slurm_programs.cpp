// The programs that Slurm calls, and whether they are frugald's when they should be.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/doctor/check.h"

namespace frugald::doctor {

namespace {

/// slurmctld calls the programs where it runs; nothing is known of files on other hosts.
bool controller_is_here(const Facts& facts) {
    const auto& hosts = facts.slurm()->controllers;
    const auto& own = facts.probes.own_names;
    return std::ranges::any_of(hosts, [&](const auto& host) {
        return host == "localhost" || std::ranges::find(own, host) != own.end();
    });
}

const ProgramFacts* program(const Facts& facts, const std::string& path) {
    const auto found = facts.probes.programs.find(path);
    return found == facts.probes.programs.end() ? nullptr : &found->second;
}

/// The path alone says it for a program on another host.
bool looks_ours(const Facts& facts, const std::string& path) {
    const auto* about = program(facts, path);
    return (about && about->ours) || path.find("/frugald/") != std::string::npos;
}

Finding while_observing(const Facts& facts, const char* key, const std::string& path) {
    if (!path.empty() && looks_ours(facts, path))
        return failed(fmt::format("{}={} is frugald's hook, but frugald's mode is {}: what Slurm "
                                  "suspends is not switched off and becomes DOWN at its resume",
                                  key, path, facts.now->mode),
                      fmt::format("take {} out of slurm.conf, or promote frugald to guarded", key));
    return ok(path.empty()
                  ? fmt::format("{} is not set, as it should be in mode {}", key, facts.now->mode)
                  : fmt::format("{}={} is the site's own", key, path));
}

Finding judge_program(const Facts& facts, const char* key, const char* verb,
                      const std::string& path) {
    if (!facts.acts()) return while_observing(facts, key, path);
    const auto fix = fmt::format(
        "set {}=/usr/libexec/frugald/{} in slurm.conf, then scontrol "
        "reconfigure",
        key, verb);
    if (path.empty())
        return failed(fmt::format("{} is not set, but frugald's mode is {}", key, facts.now->mode),
                      fix);
    const auto* about = program(facts, path);
    if (!controller_is_here(facts) || !about)
        return unknown(fmt::format("{}={} is on slurmctld's host, not here", key, path),
                       "frugald has to run on slurmctld's host: the hook reaches it by a socket");
    if (!about->file.exists)
        return failed(fmt::format("{}={}: {}", key, path, about->file.trouble), fix);
    if ((about->file.mode & 0111) == 0)
        return failed(
            fmt::format("{}={} has mode {:04o}, not executable", key, path, about->file.mode),
            fmt::format("chmod 0755 {}", path));
    if ((about->file.mode & 0022) != 0)
        return failed(fmt::format("{}={} has mode {:04o}: others can replace what SlurmUser runs",
                                  key, path, about->file.mode),
                      fmt::format("chmod 0755 {}", path));
    if (!about->ours)
        return warn(fmt::format("{}={} is not frugald's hook", key, path),
                    fix + "; a wrapper that calls it is fine");
    return ok(fmt::format("{}={} is frugald's hook", key, path));
}

Finding suspend_program(const Facts& facts) {
    if (!facts.slurm()) return not_read();
    return judge_program(facts, "SuspendProgram", "suspend",
                         facts.slurm()->power_saving.suspend_program);
}

Finding resume_program(const Facts& facts) {
    if (!facts.slurm()) return not_read();
    return judge_program(facts, "ResumeProgram", "resume",
                         facts.slurm()->power_saving.resume_program);
}

Finding resume_fail_program(const Facts& facts) {
    if (!facts.slurm()) return not_read();
    const auto& path = facts.slurm()->power_saving.resume_fail_program;
    auto finding = judge_program(facts, "ResumeFailProgram", "resume-fail", path);
    if (facts.acts() && path.empty()) finding.level = FindingLevel::warn;  // only news is lost
    return finding;
}

Finding hook_conf(const Facts& facts) {
    if (!facts.slurm()) return not_read();
    const auto socket = (facts.config.daemon.runtime_directory / "hook.sock").string();
    const auto spool = facts.config.daemon.spool_directory.string();
    bool any = false;
    for (const auto& [path, about] : facts.probes.programs) {
        if (!about.ours) continue;
        any = true;
        if (!about.problem.empty())
            return failed(fmt::format("{} of {}", about.problem, path), "correct that line");
        if (about.socket != socket || about.spool != spool)
            return failed(fmt::format("{} calls {} and spools to {}; this frugald has {} and {}",
                                      path, about.socket, about.spool, socket, spool),
                          fmt::format("write socket={} and spool={} to hook.conf beside the hook "
                                      "or in /etc/frugald",
                                      socket, spool));
    }
    if (!any) return ok("no hook of frugald is wired on this host");
    return ok(fmt::format("the hooks call {}", socket));
}

Finding hook_socket(const Facts& facts) {
    const auto& socket = facts.probes.hook_socket;
    const auto path = (facts.config.daemon.runtime_directory / "hook.sock").string();
    if (!socket.exists)
        return failed(fmt::format("{}: {}", path, socket.trouble),
                      "restart frugald; its log says why it could not open the socket");
    return ok(fmt::format("{} is there", path));
}

Finding slurm_user(const Facts& facts) {
    if (!facts.slurm()) return not_read();
    const auto& user = facts.slurm()->slurm_user;
    const auto& allowed = facts.config.access.hook_users;
    if (user == "root" || std::ranges::find(allowed, user) != allowed.end())
        return ok(fmt::format("SlurmUser {} may call the hook socket", user));
    return failed(fmt::format("SlurmUser is {}, which may not call the hook socket", user),
                  fmt::format("add \"{}\" to hook_users in [access] of frugald.toml", user));
}

}  // namespace

std::span<const Check> slurm_program_checks() {
    static constexpr Check checks[] = {
        {"slurm-suspend-program", suspend_program},
        {"slurm-resume-program", resume_program},
        {"slurm-resume-fail-program", resume_fail_program},
        {"hook-conf", hook_conf},
        {"hook-socket", hook_socket},
        {"slurm-user", slurm_user},
    };
    return checks;
}

}  // namespace frugald::doctor
