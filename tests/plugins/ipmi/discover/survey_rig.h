#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "plugins/ipmi/discover/survey.h"
#include "tests/plugins/ipmi/rig.h"

namespace frugald::test {

using namespace ipmi::discover;

/// A quick survey; `password` null: without credentials.
inline Plan plan_for(const std::vector<Candidate>& targets, const char* password = "secret12") {
    Plan plan;
    plan.targets = targets;
    plan.network.retransmit = 100ms;
    plan.network.receive_buffer_bytes = 100000;
    plan.network.packets_per_s = 5000;
    if (password == nullptr) return plan;
    plan.credentials.emplace();
    plan.credentials->user = "admin";
    plan.credentials->password = Secret(password);
    return plan;
}

inline std::map<std::string, Facts> find_all(const Plan& plan) {
    ipmi_rmcpplus_init();
    asio::io_context loop;
    std::map<std::string, Facts> all;
    Survey survey(loop, plan, [&all](const Facts& facts) {
        all[facts.target.node] = facts;
        return true;
    });
    survey.run();
    CHECK(all.size() == plan.targets.size());
    return all;
}

inline Facts find_one(const Plan& plan) { return find_all(plan).begin()->second; }

inline Candidate at(const char* node, const char* host, unsigned short port = RoomRig::port) {
    return {node, host, port};
}

inline bool has(const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != text.npos;
}

}  // namespace frugald::test
