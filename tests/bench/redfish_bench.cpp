#include "tests/bench/redfish_bench.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "plugins/redfish/module.h"
#include "tests/plugins/redfish/trees.h"
#include "tests/support/scratch.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t bmc_count = 50;

test::Tree environment_of(std::size_t bytes) {
    test::Tree tree = test::environment_tree();
    tree.find(test::environment_path)->get_object()["Description"] =
        boost::json::string(bytes - 250, 'x');
    return tree;
}

/// A Power resource as BMCs send it: mostly voltages.
test::Tree power_of(std::size_t bytes) {
    std::string voltages;
    for (int i = 0; voltages.size() + 700 < bytes; ++i)
        voltages += fmt::format(
            R"({}{{"@odata.id":"/redfish/v1/Chassis/1/Power#/Voltages/{}","Name":"VDD {}",)"
            R"("ReadingVolts":{}.25,"UpperThresholdCritical":12.84,"LowerThresholdCritical":11.16,)"
            R"("PhysicalContext":"VoltageRegulator","Status":{{"State":"Enabled","Health":"OK"}}}})",
            i == 0 ? "" : ",", i, i, i % 12);
    test::Tree tree = test::bare_tree();
    tree.add(test::power_path,
             R"({"@odata.id":"/redfish/v1/Chassis/1/Power","PowerControl":[{"MemberId":"0",
                 "Name":"System Power Control","PowerConsumedWatts":234,"PowerCapacityWatts":1400,
                 "PowerLimit":{"LimitInWatts":null,"LimitException":"NoAction"},
                 "PowerMetrics":{"AverageConsumedWatts":231,"IntervalInMin":1}}],"Voltages":[)" +
                 voltages + "]}");
    return tree;
}

/// BMCs in a process of their own, so that their CPU time is not ours.
class ServedBmcs {
public:
    ServedBmcs(const test::Tree& tree, const test::Identity& identity) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe");
        child_ = fork();
        if (child_ == 0) serve(tree, identity, ends[1]);
        close(ends[1]);
        ports_.resize(bmc_count);
        const auto size = static_cast<ssize_t>(bmc_count * sizeof ports_[0]);
        const bool told = read(ends[0], ports_.data(), static_cast<std::size_t>(size)) == size;
        close(ends[0]);
        if (!told) throw std::runtime_error("the BMCs do not start");
    }
    ServedBmcs(const ServedBmcs&) = delete;
    ServedBmcs& operator=(const ServedBmcs&) = delete;
    ~ServedBmcs() {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    const std::vector<unsigned short>& ports() const { return ports_; }

private:
    [[noreturn]] static void serve(const test::Tree& tree, const test::Identity& identity,
                                   int out) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        asio::io_context loop;
        std::vector<std::unique_ptr<test::TestBmc>> bmcs;
        std::vector<unsigned short> ports;
        for (std::size_t i = 0; i < bmc_count; ++i) {
            bmcs.push_back(std::make_unique<test::TestBmc>(loop, tree, &identity));
            ports.push_back(bmcs.back()->port());
        }
        if (write(out, ports.data(), ports.size() * sizeof ports[0]) > 0) loop.run();
        _exit(0);
    }

    pid_t child_ = -1;
    std::vector<unsigned short> ports_;
};

redfish::Config config_for(const std::vector<unsigned short>& ports, const std::string& ca_file) {
    auto group = std::make_shared<redfish::Group>();
    group->user = "admin";
    group->password = Secret("secret\"12\\");
    group->interval = 1s;
    // Only the document itself is to be measured.
    group->chassis_interval = group->supplies_interval = group->bios_interval = 3600s;
    redfish::Config config;
    for (const unsigned short port : ports)
        config.bmcs.push_back({.node = fmt::format("n{}", config.bmcs.size() + 1),
                               .host = "127.0.0.1",
                               .port = port,
                               .system = "",
                               .group = group,
                               .trust = {.ca_file = ca_file}});
    return config;
}

/// Asks again at once.
class Again : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (seen.failure)
            ++failures;
        else
            ++readings;
        source->refresh(seen.device);
    }
    Source* source = nullptr;
    std::uint64_t readings = 0;
    std::uint64_t failures = 0;
};

void measure(const Report& report, const std::string& name, const test::Tree& tree) {
    const test::Identity authority = test::make_authority("bench");
    const test::Identity identity = test::make_server(authority);
    const ServedBmcs bmcs(tree, identity);
    const Scratch scratch;
    const auto ca_file = scratch.write("ca.pem", authority.certificate);
    asio::io_context loop;
    auto module = redfish::make_module(loop, config_for(bmcs.ports(), ca_file.string()));
    if (!module) throw std::runtime_error(module.error().text);
    Again counter;
    counter.source = (*module)->source();
    counter.source->start(counter);
    loop.run_for(3s);
    const auto before = cpu_time();
    const std::uint64_t readings_before = counter.readings;
    loop.run_for(5s);
    const std::uint64_t readings = counter.readings - readings_before;
    if (readings == 0 || counter.failures > 0) throw std::runtime_error("the BMCs do not answer");
    report({name, (cpu_time() - before).count() * 1e6 / static_cast<double>(readings), "us",
            readings});
    asio::co_spawn(loop, (*module)->stop(), asio::detached);
    loop.run_for(500ms);
}

}  // namespace

void redfish_read(const Report& report) {
    measure(report, "redfish.cpu_us_per_read", environment_of(900));
    measure(report, "redfish.cpu_us_per_read_power", power_of(8500));
}

}  // namespace frugald::bench
