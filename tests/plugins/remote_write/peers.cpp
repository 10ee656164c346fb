#include "tests/plugins/remote_write/peers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "daemon/ports/asio.h"

namespace frugald::test {

namespace {

namespace http = boost::beast::http;
using namespace std::chrono_literals;
using Json = nlohmann::json;
using Tcp = asio::ip::tcp;

unsigned short free_port() {
    asio::io_context loop;
    return Tcp::acceptor{loop, {asio::ip::address_v4::loopback(), 0}}.local_endpoint().port();
}

/// As in Received.
std::string name_of(const Json& labels) {
    std::string family, rest;
    for (const auto& [name, value] : labels.items()) {
        if (name == "__name__")
            family = value.get<std::string>();
        else
            rest +=
                fmt::format("{}{}=\"{}\"", rest.empty() ? "" : ",", name, value.get<std::string>());
    }
    return rest.empty() ? family : family + '{' + rest + '}';
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return out;
}

}  // namespace

Peer::Peer(const std::filesystem::path& directory) : data_(directory / "data"), port_(free_port()) {
    std::filesystem::create_directories(data_);
}

std::string Peer::address() const { return fmt::format("127.0.0.1:{}", port_); }

void Peer::start() {
    program_ = std::make_unique<Program>(words(), data_.parent_path().string());
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    for (;;) {
        try {
            get(ready_target());
            return;
        } catch (const std::exception& not_yet) {
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error(words().front() + ": " + not_yet.what());
        }
        std::this_thread::sleep_for(20ms);
    }
}

void Peer::kill() {
    program_->kill();
    program_.reset();
}

std::chrono::duration<double> Peer::cpu_time() const {
    std::ifstream file(fmt::format("/proc/{}/stat", program_->pid()));
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return std::chrono::duration<double>((user + system) /
                                         static_cast<double>(sysconf(_SC_CLK_TCK)));
}

std::string Peer::get(const std::string& target) const {
    asio::io_context loop;
    Tcp::socket socket(loop);
    socket.connect({asio::ip::address_v4::loopback(), port_});
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, address());
    request.set(http::field::connection, "close");
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    http::read(socket, buffer, parser);
    if (parser.get().result_int() / 100 != 2)
        throw std::runtime_error(fmt::format("{} is answered with {}: {}", target,
                                             parser.get().result_int(), parser.get().body()));
    return std::move(parser.get().body());
}

std::vector<std::string> VictoriaMetrics::words() const {
    return {file,
            "-storageDataPath=" + data().string(),
            "-httpListenAddr=" + address(),
            "-retentionPeriod=12",
            "-loggerLevel=ERROR",
            "-search.maxExportDuration=10m"};
}

Received VictoriaMetrics::stored(std::int64_t from_ms, std::int64_t to_ms) const {
    get("/internal/force_flush");
    std::istringstream lines{get(fmt::format(
        "/api/v1/export?match[]={}&start={:.3f}&end={:.3f}", escaped("{__name__!=\"\"}"),
        static_cast<double>(from_ms) / 1000, static_cast<double>(to_ms) / 1000))};
    Received stored;
    for (std::string line; std::getline(lines, line);) {
        const auto series = Json::parse(line);
        auto& samples = stored[name_of(series.at("metric"))];
        for (std::size_t i = 0; i < series.at("values").size(); ++i)
            samples[series.at("timestamps")[i]].push_back(series.at("values")[i]);
    }
    return stored;
}

Prometheus::Prometheus(const std::filesystem::path& directory, std::string window)
    : Peer(directory), configuration_(directory / "prometheus.yml") {
    std::ofstream{configuration_} << (window.empty() ? "global: {}\n"
                                                     : "storage:\n  tsdb:\n    "
                                                       "out_of_order_time_window: " +
                                                           window + "\n");
}

std::vector<std::string> Prometheus::words() const {
    return {file,
            "--config.file=" + configuration_.string(),
            "--storage.tsdb.path=" + data().string(),
            "--web.listen-address=" + address(),
            "--web.enable-remote-write-receiver",
            "--log.level=error"};
}

Received Prometheus::stored(std::int64_t from_ms, std::int64_t to_ms) const {
    const auto query = fmt::format("{{__name__=~\".+\"}}[{}ms]", to_ms - from_ms);
    const auto answer = Json::parse(get(fmt::format(
        "/api/v1/query?query={}&time={:.3f}", escaped(query), static_cast<double>(to_ms) / 1000)));
    Received stored;
    for (const auto& series : answer.at("data").at("result")) {
        auto& samples = stored[name_of(series.at("metric"))];
        for (const auto& pair : series.at("values"))
            samples[std::llround(pair[0].get<double>() * 1000)].push_back(
                std::stod(pair[1].get<std::string>()));
    }
    return stored;
}

}  // namespace frugald::test
