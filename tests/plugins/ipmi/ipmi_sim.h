#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::test {

/// One BMC of OpenIPMI's ipmi_sim, an implementation by others: cipher suite 3 only, "opensesspriv"
/// needed, no DCMI of its own.
class IpmiSim {
public:
    /// Our module (sim_module.c) adds DCMI, and a Node Manager behind the BMC.
    enum class With { nothing, dcmi, node_manager };
    IpmiSim(const std::string& address, unsigned short port, With with);

    /// Why it cannot run here; empty when it can.
    const std::string& missing() const { return missing_; }

private:
    bool compile_module();
    std::string repository_lines();
    void write_files(const std::string& address, unsigned short port, With with);

    Scratch scratch_;
    std::string missing_;
    std::unique_ptr<Program> program_;
};

}  // namespace frugald::test
