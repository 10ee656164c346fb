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
    /// `dcmi_module`: source of a module that adds DCMI; empty: none.
    IpmiSim(const std::string& address, unsigned short port, const std::string& dcmi_module);

    /// Why it cannot run here; empty when it can.
    const std::string& missing() const { return missing_; }

private:
    bool compile_module(const std::string& source);
    std::string repository_lines();
    void write_files(const std::string& address, unsigned short port, bool with_dcmi);

    Scratch scratch_;
    std::string missing_;
    std::unique_ptr<Program> program_;
};

}  // namespace frugald::test
