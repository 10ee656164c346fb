#include "tests/plugins/modbus/rig.h"

#include <fmt/format.h>

#include "daemon/config/toml_file.h"
#include "plugins/modbus/module.h"

using namespace frugald;

std::filesystem::path source_root() { return FRUGALD_SOURCE_DIR; }

std::string meter(const std::string& name, const std::string& profile, const std::string& host,
                  int unit, const std::string& more) {
    return fmt::format(
        "[[meter]]\nname = \"{}\"\nprofile = \"{}\"\nhost = \"{}\"\nport = 16502\nunit = {}\n"
        "interval_s = 1\ntimeout_s = 1\n{}\n",
        name, profile, host, unit, more);
}

Rig::Rig(const std::string& toml, std::filesystem::path profiles) {
    const PluginHost host{
        .loop = loop_,
        .workers = workers_,
        .secret = [](std::string_view) -> Result<Secret> { return Secret{""}; },
        .read_settings = [](const std::filesystem::path& file) { return read_toml(file); },
        .profiles_directory = profiles.empty() ? source_root() / "config/profiles" : profiles,
        .program_directory = {}};
    const auto settings = parse_toml(toml, "test.toml");
    auto made = settings ? modbus::make_module(*settings, host) : tl::unexpected{settings.error()};
    if (made)
        module_ = *std::move(made);
    else
        mistakes_ = made.error().text;
}

Rig::~Rig() {
    if (module_) stop();
}

void Rig::take(const Observation& seen) {
    Seen kept;
    kept.device = seen.device;
    kept.source = seen.source;
    kept.scale = seen.scale;
    for (const auto& reading : seen.readings) {
        const auto name =
            fmt::format("{} {}{}{}", to_string(reading.quantity), to_string(reading.part),
                        reading.part_name.empty() ? "" : " ", reading.part_name);
        kept.values[name] = reading.value;
        if (!reading.refused.empty()) kept.refused[name] = reading.refused;
    }
    if (seen.failure) kept.failure = *seen.failure;
    seen_.push_back(std::move(kept));
}

bool Rig::run_until(const std::function<bool()>& enough, std::chrono::milliseconds at_most) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    loop_.restart();
    while (!enough()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        loop_.run_for(std::chrono::milliseconds{10});
        loop_.restart();
    }
    return true;
}

Seen Rig::poll(const std::string& device) {
    const auto before = of(device).size();
    module_->source()->refresh(device);
    if (!run_until([&] { return of(device).size() > before; }))
        throw std::runtime_error("no report of " + device);
    return of(device).back();
}

std::chrono::milliseconds Rig::stop() {
    const auto start = std::chrono::steady_clock::now();
    bool stopped = false;
    auto stopping = [](Module& module) -> asio::awaitable<void> { co_await module.stop(); };
    asio::co_spawn(loop_, stopping(*module_), [&](std::exception_ptr) { stopped = true; });
    run_until([&] { return stopped; });
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start);
}

std::vector<Seen> Rig::of(const std::string& device) const {
    std::vector<Seen> seen;
    for (const auto& one : seen_)
        if (one.device == device) seen.push_back(one);
    return seen;
}
