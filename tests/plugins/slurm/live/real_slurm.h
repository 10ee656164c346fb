#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/plugins/slurm/live/real_accounting.h"
#include "tests/support/scratch.h"

/// A Slurm of the test's own: munged, slurmctld and slurmds on this machine, by any user, without
/// BMCs. Its processes are children that the kernel kills with the test.
class RealSlurm {
public:
    /// Why no Slurm can run here; empty if one can.
    static std::string missing();

    /// Nodes n1 to n4, slurmds on n1 and n2; `extra` is added to slurm.conf; `accounting`: with a
    /// slurmdbd.
    explicit RealSlurm(const std::string& extra = {}, bool accounting = false);
    RealSlurm(const RealSlurm&) = delete;
    RealSlurm& operator=(const RealSlurm&) = delete;
    ~RealSlurm();

    std::string conf() const { return scratch_.path() / "slurm.conf"; }
    std::string conf_text() const { return conf_text_; }
    void write_conf(const std::string& text) const { scratch_.write("slurm.conf", text); }

    RealAccounting& accounting() { return *accounting_; }
    pid_t controller() const { return controller_; }
    pid_t munged() const { return munged_; }
    void start_controller();
    /// SIGKILL, and it is gone.
    void kill_controller();
    /// SIGTERM: it saves its state.
    void stop_controller();
    void kill_munged();
    void start_munged();

    /// One line for each call of SuspendProgram or ResumeProgram, with the nodes.
    std::string program_calls() const;

    /// The output of one of Slurm's commands, without the last newline.
    std::string command(const std::vector<std::string>& arguments) const;

private:
    pid_t run(std::vector<std::string> arguments, const std::string& log) const;
    void make_conf(const std::string& extra);

    Scratch scratch_;
    std::optional<RealAccounting> accounting_;
    std::string conf_text_;
    pid_t controller_ = 0;
    pid_t munged_ = 0;
    std::vector<pid_t> slurmds_;
};
