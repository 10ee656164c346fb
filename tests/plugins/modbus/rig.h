#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"
#include "plugins/modbus/profiles.h"

/// The project's files.
std::filesystem::path source_root();

/// An observation that outlives its call.
struct Seen {
    std::string device;
    std::string source;
    std::map<std::string, double> values;        // "power_watts line L1" -> value
    std::map<std::string, std::string> refused;  // the same -> why
    std::uint64_t scale = 0;
    std::optional<frugald::Error> failure;
};

/// The modbus module between a loop and a sink, as the daemon would run it.
class Rig : public frugald::ObservationSink {
public:
    /// `toml` is what stands below [modbus]; `profiles` a directory with meter/ in it.
    explicit Rig(const std::string& toml, std::filesystem::path profiles = {});
    ~Rig() override;

    /// What making the module said, empty when it was made.
    const std::string& mistakes() const { return mistakes_; }
    frugald::Module& module() { return *module_; }
    void start() { module_->source()->start(*this); }
    /// Runs the loop until `enough` or a generous deadline; true if enough.
    bool run_until(const std::function<bool()>& enough,
                   std::chrono::milliseconds at_most = std::chrono::seconds{20});
    /// One more poll of the device; what it brought.
    Seen poll(const std::string& device);
    std::chrono::milliseconds stop();
    /// All of them, oldest first.
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

/// `[[meter]]` of that name for that unit; `more` are further lines.
std::string meter(const std::string& name, const std::string& profile, const std::string& host,
                  int unit = 1, const std::string& more = {});
