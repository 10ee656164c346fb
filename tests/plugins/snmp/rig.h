#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"
#include "plugins/snmp/profiles.h"

/// The project's files, found from this test's place in the tree.
std::filesystem::path source_root();
std::filesystem::path own_recordings();
/// Real recordings, empty path when they are not there.
std::filesystem::path shared_recordings();

/// The shipped profiles.
const frugald::snmp::Profiles& shipped_profiles();

/// An observation that outlives its call.
struct Seen {
    std::string device;
    std::string source;
    std::chrono::steady_clock::time_point at;
    std::map<std::string, double> values;  // "power_watts outlet 12" -> value
    std::optional<frugald::Error> failure;
};

/// The snmp module between a loop and a sink, as the daemon would run it.
class Rig : public frugald::ObservationSink {
public:
    explicit Rig(const std::string& toml);
    ~Rig() override;

    /// What making the module said, empty when it was made.
    const std::string& mistakes() const { return mistakes_; }
    frugald::Module& module() { return *module_; }
    void start() { module_->source()->start(*this); }
    /// Runs the loop until `enough` or a generous deadline; true if enough.
    bool run_until(const std::function<bool()>& enough,
                   std::chrono::milliseconds at_most = std::chrono::seconds{20});
    std::chrono::milliseconds stop();
    std::vector<Seen> of(const std::string& device) const;

private:
    void take(const frugald::Observation& seen) override;

    frugald::asio::io_context loop_;
    frugald::asio::executor_work_guard<frugald::asio::io_context::executor_type> busy_{
        loop_.get_executor()};
    frugald::asio::thread_pool workers_{2};
    std::unique_ptr<frugald::Module> module_;
    std::string mistakes_;
    std::vector<Seen> seen_;
};
