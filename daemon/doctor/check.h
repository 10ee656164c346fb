#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemon/core/finding.h"
#include "daemon/doctor/facts.h"

namespace frugald::doctor {

/// One check: a name, and a judgement of the facts. `judge` leaves the id empty.
struct Check {
    const char* id;
    Finding (*judge)(const Facts& facts);
};

std::span<const Check> slurm_timer_checks();
std::span<const Check> slurm_program_checks();
std::span<const Check> slurm_cluster_checks();
std::span<const Check> host_checks();
std::span<const Check> daemon_checks();
std::span<const Check> bmc_checks();
std::span<const Check> pdu_checks();
std::span<const Check> power_tree_checks();

inline Finding ok(std::string text) { return {{}, FindingLevel::ok, std::move(text)}; }
inline Finding warn(std::string text, std::string fix) {
    return {{}, FindingLevel::warn, std::move(text), std::move(fix)};
}
inline Finding failed(std::string text, std::string fix) {
    return {{}, FindingLevel::fail, std::move(text), std::move(fix)};
}
inline Finding unknown(std::string text, std::string fix) {
    return {{}, FindingLevel::unknown, std::move(text), std::move(fix)};
}
/// For checks that need a picture of the machine room, before there is one.
inline Finding no_picture() {
    return unknown("no picture has been published yet", "ask again in a second");
}
/// For checks that need Slurm's picture.
Finding not_read();

/// "1 node (n1)", "12 nodes (n[1-12])"; a long list is cut.
std::string some_nodes(const std::vector<std::string>& names);
/// "90 s", "1.5 s"
std::string seconds_text(std::chrono::milliseconds time);

}  // namespace frugald::doctor
