#include "tests/plugins/ipmi/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "tests/room/control.h"

namespace frugald::test {

std::optional<double> Seen::power() const {
    for (const Value& value : values)
        if (value.quantity == Quantity::power_watts && value.part == Part::total)
            return value.value;
    return std::nullopt;
}

void Collector::take(const Observation& observation) {
    Seen kept{.device = std::string(observation.device),
              .source = std::string(observation.source),
              .chassis = observation.chassis,
              .values = {},
              .refused = {},
              .scale = observation.scale,
              .failure = {}};
    for (const Reading& reading : observation.readings)
        if (reading.refused.empty())
            kept.values.push_back(
                {reading.quantity, reading.part, std::string(reading.part_name), reading.value});
        else
            kept.refused.emplace_back(reading.refused);
    if (observation.failure) kept.failure = *observation.failure;
    seen.push_back(std::move(kept));
    if (then) then(observation);
}

const Seen* Collector::last(const std::function<bool(const Seen&)>& wanted) const {
    for (auto entry = seen.rbegin(); entry != seen.rend(); ++entry)
        if (wanted(*entry)) return &*entry;
    return nullptr;
}

Rig::Rig(const ipmi::Config& config, const std::filesystem::path& state) {
    ipmi_rmcpplus_init();
    module = std::make_unique<ipmi::IpmiModule>(loop, config, state);
}

Rig::~Rig() { stop(); }

bool Rig::until(const std::function<bool()>& done, std::chrono::milliseconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        if (loop.stopped()) loop.restart();
        loop.run_one_for(20ms);
    }
    return true;
}

Seen Rig::next(const std::function<bool(const Seen&)>& wanted, std::chrono::milliseconds longest) {
    std::size_t from = collector.seen.size();
    std::optional<Seen> found;
    const bool came = until(
        [&] {
            for (; from < collector.seen.size() && !found; ++from)
                if (wanted(collector.seen[from])) found = collector.seen[from];
            return found.has_value();
        },
        longest);
    REQUIRE_MESSAGE(came, "no such observation came");
    return *found;
}

void Rig::stop() {
    if (stopped_) return;
    stopped_ = true;
    bool done = false;
    const auto ended = [&done](std::exception_ptr) { done = true; };
    asio::co_spawn(loop, module->stop(), ended);
    CHECK(until([&] { return done; }, 3s));
}

std::shared_ptr<ipmi::Group> group_with(std::vector<std::uint8_t> suites) {
    auto group = std::make_shared<ipmi::Group>();
    group->credentials.user = "admin";
    group->credentials.password = Secret("secret12");
    group->credentials.cipher_suites = std::move(suites);
    group->interval = 200ms;
    group->chassis_interval = 200ms;
    group->sensors_interval = 500ms;
    return group;
}

ipmi::Config config_for(const std::vector<ipmi::BmcConfig>& bmcs) {
    ipmi::Config config;
    config.network.retransmit = 100ms;
    config.network.receive_buffer_bytes = 100000;
    config.network.refusal_hold = 500ms;
    config.network.first_retry = 100ms;
    config.bmcs = bmcs;
    return config;
}

RoomRig::RoomRig(const std::string& nodes, const std::string& address, const std::string& more) {
    scratch_.write("room.toml",
                   fmt::format("[room]\ncontrol = \"{}\"\n[[bmcs]]\nnodes = \"{}\"\n"
                               "address = \"{}\"\nport = {}\n{}\n",
                               (scratch_.path() / "control").string(), nodes, address, port, more));
    restart();
}

void RoomRig::restart() {
    program_.reset();
    program_ = std::make_unique<Program>(
        std::vector<std::string>{FRUGALD_ROOM_PROGRAM, "room.toml"}, scratch_.path().string());
    REQUIRE(program_->wait_for("ready"));
}

std::string RoomRig::tell(const std::string& words) {
    std::istringstream stream(words);
    std::vector<std::string> split;
    for (std::string word; stream >> word;) split.push_back(word);
    const auto answer = room::ask_room(scratch_.path() / "control", split);
    REQUIRE_MESSAGE(answer.has_value(), words);
    return *answer;
}

}  // namespace frugald::test
