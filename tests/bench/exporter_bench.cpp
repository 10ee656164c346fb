#include "tests/bench/exporter_bench.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/bench/ipmi_rig.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* program_file = "/usr/bin/prometheus-ipmi-exporter";
constexpr unsigned short port = 9299;
constexpr unsigned bmc_count = 1000;
constexpr unsigned scrapes = 200;

constexpr const char* configuration = R"(modules:
  default:
    user: "admin"
    pass: "secret12"
    driver: "LAN_2_0"
    privilege: "admin"
    timeout: 10000
    collectors: [dcmi]
)";

class Exporter {
public:
    Exporter() : file_(scratch_.write("exporter.yml", configuration)) {
        program_ = std::make_unique<test::Program>(
            std::vector<std::string>{program_file, "--config.file=" + file_.string(),
                                     fmt::format("--web.listen-address=127.0.0.1:{}", port)},
            scratch_.path().string());
        if (!program_->wait_for("istening")) throw std::runtime_error("it does not start");
    }

    /// One scrape; throws unless it brought the power of that BMC.
    void scrape(const std::string& target) const {
        asio::io_context loop;
        asio::ip::tcp::socket socket(loop);
        socket.connect({asio::ip::make_address("127.0.0.1"), port});
        const std::string request =
            fmt::format("GET /ipmi?target={} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", target);
        asio::write(socket, asio::buffer(request));
        std::string answer;
        boost::system::error_code end;
        asio::read(socket, asio::dynamic_buffer(answer), end);
        if (answer.find("ipmi_dcmi_power_consumption_watts ") == std::string::npos)
            throw std::runtime_error(fmt::format("it reads no power of {}: {}", target, answer));
    }

    /// Its own and that of all programs it has started and waited for.
    std::chrono::duration<double> cpu_time() const {
        std::ifstream file(fmt::format("/proc/{}/stat", program_->pid()));
        std::string text((std::istreambuf_iterator<char>(file)), {});
        std::istringstream fields(text.substr(text.rfind(')') + 2));
        std::string skipped;
        for (int i = 0; i < 11; ++i) fields >> skipped;
        double user = 0, system = 0, children_user = 0, children_system = 0;
        fields >> user >> system >> children_user >> children_system;
        return std::chrono::duration<double>((user + system + children_user + children_system) /
                                             static_cast<double>(sysconf(_SC_CLK_TCK)));
    }

private:
    Scratch scratch_;
    std::filesystem::path file_;
    std::unique_ptr<test::Program> program_;
};

double exporter_us() {
    const Exporter exporter;
    const auto target = [](unsigned i) {
        return fmt::format("{}:{}", SimulatedBmcs::address(i), SimulatedBmcs::port);
    };
    exporter.scrape(target(0));
    const auto before = exporter.cpu_time();
    for (unsigned i = 0; i < scrapes; ++i) exporter.scrape(target(i));
    return (exporter.cpu_time() - before).count() * 1e6 / scrapes;
}

}  // namespace

void ipmi_vs_exporter(const Report& report) {
    if (!std::filesystem::exists(program_file))
        throw std::runtime_error("package prometheus-ipmi-exporter is not installed");
    const SimulatedBmcs bmcs(bmc_count);
    const double ours = closed_loop({.count = bmc_count}).cpu_us_per_reading;
    const double theirs = exporter_us();
    report({"ipmi.exporter.cpu_us_per_reading", theirs, "us", scrapes});
    report({"ipmi.vs_exporter_ratio", theirs / ours, "", scrapes});
}

}  // namespace frugald::bench
