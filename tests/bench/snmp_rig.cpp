#include "tests/bench/snmp_rig.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <stdexcept>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/module.h"

namespace frugald::bench {

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file} << text;
}

/// A socket for each PDU.
void allow_descriptors() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Pdus::Pdus(const std::string& plan)
    : program_({FRUGALD_ROOM_PROGRAM, (write(scratch_.path() / "plan.toml", plan), "plan.toml")},
               scratch_.path().string()) {
    if (!program_.wait_for("ready")) throw std::runtime_error("frugald-room does not start");
}

std::string room_of(unsigned count) {
    return fmt::format(
        "[[pdu]]\nname = \"p[1-{}]\"\naddress = \"127.30.0.1\"\nport = {}\n"
        "shape = \"apc-rpdu2\"\noutlet_count = 48\n",
        count, snmp_port);
}

std::string pdus_of(unsigned count) {
    std::string toml;
    for (unsigned i = 1; i <= count; ++i)
        toml += fmt::format("[[pdu]]\nname = \"p{0}\"\nhost = \"127.30.{1}.{2}\"\n", i, i / 256,
                            i % 256);
    return toml;
}

Polling::Polling(const std::string& config, ObservationSink& sink) {
    allow_descriptors();
    const PluginHost host{
        .loop = loop_,
        .workers = workers_,
        .secret =
            [](std::string_view name) {
                return Result<Secret>{name == "community" ? "public" : "a long password"};
            },
        .read_settings = read_toml,
        .profiles_directory = FRUGALD_SOURCE_PROFILES,
        .program_directory = {}};
    const auto settings = parse_toml(config, "bench.toml");
    if (!settings) throw std::runtime_error(settings.error().text);
    auto module = snmp::make_module(settings.value(), host);
    if (!module) throw std::runtime_error(module.error().text);
    module_ = std::move(*module);
    module_->source()->start(sink);
}

Polling::~Polling() {
    bool done = false;
    const auto ended = [&done](std::exception_ptr) { done = true; };
    asio::co_spawn(loop_, module_->stop(), ended);
    while (!done) loop_.run_one_for(std::chrono::milliseconds{100});
}

void Polling::run_for(std::chrono::milliseconds length) {
    const auto end = std::chrono::steady_clock::now() + length;
    while (std::chrono::steady_clock::now() < end) loop_.run_for(std::chrono::milliseconds{10});
}

}  // namespace frugald::bench
