#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/redfish/module.h"
#include "tests/plugins/redfish/trees.h"
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
    std::vector<std::string> refused;
    std::optional<Error> failure;

    std::optional<double> watts() const;
    std::optional<double> joules() const;
    std::vector<Value> supplies() const;
};

class Collector : public ObservationSink {
public:
    void take(const Observation& observation) override;
    std::vector<Seen> seen;
};

/// Test BMCs, and the module that reads them, on one loop. Certificates are signed by one authority
/// that the module is told to trust.
class Rig {
public:
    Rig();
    ~Rig();

    /// A BMC for the node with the next name: n1, n2, ...; over TLS unless `plain`.
    TestBmc& add(Tree tree, bool plain = false);
    /// A node on a BMC that is there already.
    void add_node(const std::string& system, std::size_t bmc = 0);
    redfish::Group& group() { return *group_; }
    redfish::Trust& trust(std::size_t node) { return config_.bmcs.at(node).trust; }
    redfish::BmcConfig& node(std::size_t node) { return config_.bmcs.at(node); }
    TestBmc& bmc(std::size_t index = 0) { return *bmcs_.at(index); }

    /// Makes the module, without polling.
    void make();
    /// Makes it and starts polling.
    void start();
    void stop();
    bool until(const std::function<bool()>& done, std::chrono::milliseconds longest = 10s);
    /// The next observation that fits; fails the test if none comes.
    Seen next(const std::function<bool(const Seen&)>& wanted = any,
              std::chrono::milliseconds longest = 10s);
    static bool any(const Seen&) { return true; }
    template <class T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result;
        asio::co_spawn(loop, keep(std::move(work), result), asio::detached);
        until([&] { return result.has_value(); }, 60s);
        return std::move(result.value());
    }
    Actuator& actuator() { return *module->actuator(); }
    Result<void> power(
        PowerCommand command, StillWanted still_wanted = [] { return true; }) {
        return run(actuator().power("n1", command, std::move(still_wanted)));
    }
    Result<CapReading> cap() { return run(actuator().cap("n1")); }

    asio::io_context loop;
    Collector collector;
    std::unique_ptr<redfish::RedfishModule> module;
    Identity authority;
    Identity identity;

private:
    template <class T>
    static asio::awaitable<void> keep(asio::awaitable<T> work, std::optional<T>& result) {
        result = co_await std::move(work);
    }

    Scratch scratch_;
    std::shared_ptr<redfish::Group> group_ = std::make_shared<redfish::Group>();
    redfish::Config config_;
    std::vector<std::unique_ptr<TestBmc>> bmcs_;
    std::size_t taken_ = 0;
    bool stopped_ = false;
};

}  // namespace frugald::test
