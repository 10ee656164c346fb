#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ports/plugin.h"
#include "tests/support/scratch.h"

/// An observation that outlives its call.
struct Seen {
    frugald::DeviceKind kind{};
    std::string device;
    std::string source;
    frugald::WallTime at{};
    std::map<std::string, double> values;  // "power_watts line L1" -> value
    std::optional<frugald::Error> failure;
};

/// The command module between a loop and a sink, as the daemon would run it.
class Rig : public frugald::ObservationSink {
public:
    /// What stands below [command].
    explicit Rig(const std::string& toml);
    ~Rig() override;

    const std::string& mistakes() const { return mistakes_; }
    frugald::Module& module() { return *module_; }
    void start() { module_->source()->start(*this); }
    bool run_until(const std::function<bool()>& enough,
                   std::chrono::milliseconds at_most = std::chrono::seconds{20});
    /// One more run of the source; what it brought.
    Seen poll(const std::string& source);
    /// What the first run brought.
    Seen first(const std::string& source);
    std::chrono::milliseconds stop();
    std::vector<Seen> of(const std::string& source) const;

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

/// An executable shell script in `scratch`; its path.
std::string script(const Scratch& scratch, const std::string& name, const std::string& body);

/// `[[source]]` that runs `program`; `more` are further lines.
std::string source(const std::string& name, const std::string& program,
                   const std::string& more = {});

/// A shell command that prints a good document: a total of so many watts.
std::string prints(double watts);
std::string failure_of(const Seen& seen);
bool contains(const std::string& text, std::string_view part);
