#pragma once

#include <map>
#include <set>

#include "daemon/ctl/daemon.h"

namespace frugald::ctl {

struct DiscoverOptions {
    std::string nodes;
    std::string bmc = "{node}-bmc";  // a pattern, or as many names as there are nodes
    unsigned port = 623;
    std::string user;  // empty: without credentials
    std::string secret_file;
    std::string secret_name = "bmc";  // of the password, in the proposal
    std::string privilege = "administrator";
    unsigned rate = 200;  // packets per second
    std::string output;   // file for the proposal; empty: none
};

/// Asks BMCs what they are; needs no daemon.
int discover(const Terminal& terminal, const DiscoverOptions& options);

// What `frugald-ipmi-discover` found out about one BMC is a JSON object: docs/ipmi.md.

struct Flag {
    std::string text;
    bool bad = false;  // a hole, or no way to use this BMC
};
using Guids = std::map<std::string, std::vector<std::string>>;  // -> nodes
Guids collect_guids(const std::vector<Json>& bmcs);
std::vector<Flag> flags_of(const Json& bmc, const Guids& guids);

/// It answered, and let us in if we had credentials.
bool succeeded(const Json& bmc);
/// The suite to configure; absent: neither 17 nor 3 works.
std::optional<int> suite_of(const Json& bmc);
std::vector<std::string> workarounds_of(const Json& bmc);
/// "Dell 256"; "?" if the BMC did not say.
std::string model_of(const Json& bmc);

/// The `[[ipmi.group]]` tables for what was found, commented.
struct Proposal {
    std::string toml;
    std::size_t nodes = 0;  // that are in it
};
Proposal propose(const std::vector<Json>& bmcs, const DiscoverOptions& options);

}  // namespace frugald::ctl
