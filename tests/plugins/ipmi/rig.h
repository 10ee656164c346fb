#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "plugins/ipmi/module.h"
#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::test {

using namespace std::chrono_literals;

/// An observation that may be kept.
struct Seen {
    std::string device;
    std::string source;
    Chassis chassis = Chassis::unknown;
    struct Value {
        Quantity quantity{};
        Part part{};
        std::string part_name;
        double value = 0;
    };
    std::vector<Value> values;
    std::vector<std::string> refused;  // why the source does not believe what it read
    std::uint64_t scale = 0;
    std::optional<Error> failure;

    std::optional<double> power() const;
};

class Collector : public ObservationSink {
public:
    void take(const Observation& observation) override;
    const Seen* last(const std::function<bool(const Seen&)>& wanted) const;

    std::vector<Seen> seen;
    std::function<void(const Observation&)> then{};
};

/// The module under test on a loop of its own, with what it said.
class Rig {
public:
    explicit Rig(const ipmi::Config& config, const std::filesystem::path& state = {});
    ~Rig();

    void start() { module->source()->start(collector); }
    /// Runs the loop until `done` or a deadline; false: the deadline.
    bool until(const std::function<bool()>& done, std::chrono::milliseconds longest = 15s);
    /// Until an observation that fits comes; fails the test otherwise.
    Seen next(const std::function<bool(const Seen&)>& wanted,
              std::chrono::milliseconds longest = 15s);
    /// Runs one coroutine to its end.
    template <class T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        asio::co_spawn(loop, keep(std::move(work), result), asio::detached);
        until([&] { return result.has_value(); }, 60s);
        return std::move(result.value());
    }
    void stop();

    Actuator& actuator() { return *module->actuator(); }

    asio::io_context loop;
    Collector collector;
    std::unique_ptr<ipmi::IpmiModule> module;

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> work, std::optional<T>& result) {
        result = co_await std::move(work);
    }
    bool stopped_ = false;
};

/// One group of the given BMCs; polls fast, so that tests are short.
ipmi::Config config_for(const std::vector<ipmi::BmcConfig>& bmcs);
std::shared_ptr<ipmi::Group> group_with(std::vector<std::uint8_t> suites = {17});

/// frugald-room with the BMCs of one [[bmcs]] table.
class RoomRig {
public:
    /// `nodes` at `address` and the following, port 6230; `more` are further lines of the table.
    RoomRig(const std::string& nodes, const std::string& address, const std::string& more = "");

    /// A command on the control socket, "fault n1 loss 50"; its answer.
    std::string tell(const std::string& words);
    void restart();
    Program& program() { return *program_; }

    static constexpr unsigned short port = 6230;

private:
    Scratch scratch_;
    std::unique_ptr<Program> program_;
};

}  // namespace frugald::test
