#include "tests/plugins/snmp/rig.h"

#include <fmt/format.h>

#include <cstdlib>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/module.h"
#include "tests/plugins/snmp/simulator.h"

using namespace frugald;

std::filesystem::path source_root() { return FRUGALD_SOURCE_DIR; }

std::filesystem::path own_recordings() { return source_root() / "tests/plugins/snmp/recordings"; }

std::filesystem::path shared_recordings() {
    const char* const shared = std::getenv("FRUGALD_SHARED");
    const auto root = shared ? std::filesystem::path{shared} : source_root() / "../shared";
    const auto recordings = root / "recordings/pdu";
    return std::filesystem::is_directory(recordings) ? std::filesystem::canonical(recordings)
                                                     : std::filesystem::path{};
}

const snmp::Profiles& shipped_profiles() {
    static const auto profiles =
        snmp::Profiles::load(source_root() / "config/profiles/pdu",
                             [](const std::filesystem::path& file) { return read_toml(file); });
    return profiles.value();
}

Rig::Rig(const std::string& toml) {
    const PluginHost host{
        .loop = loop_,
        .workers = workers_,
        .secret = [](std::string_view name) -> Result<Secret> {
            const std::map<std::string, std::string, std::less<>> secrets{
                {"auth", Simulator::auth_password},
                {"privacy", Simulator::privacy_password},
                {"wrong", "not the password"},
                {"short", "1234567"}};
            if (name.starts_with("community-")) return Secret{std::string{name.substr(10)}};
            const auto found = secrets.find(name);
            if (found == secrets.end())
                return fail(Fault::unavailable, fmt::format("there is no secret '{}'", name));
            return Secret{found->second};
        },
        .read_settings = [](const std::filesystem::path& file) { return read_toml(file); },
        .profiles_directory = source_root() / "config/profiles",
        .program_directory = {}};
    // Every poll asks for everything, unless the test says otherwise.
    const auto settings = parse_toml("slow_interval_s = 0\n" + toml, "test.toml");
    auto made = settings ? snmp::make_module(*settings, host) : tl::unexpected{settings.error()};
    if (made)
        module_ = *std::move(made);
    else
        mistakes_ = made.error().text;
}

Rig::~Rig() {
    if (module_) stop();
}

void Rig::take(const Observation& seen) {
    Seen kept{.device = std::string{seen.device},
              .source = std::string{seen.source},
              .at = std::chrono::steady_clock::now(),
              .values = {},
              .failure = {}};
    for (const auto& reading : seen.readings)
        kept.values[fmt::format("{} {}{}{}", to_string(reading.quantity), to_string(reading.part),
                                reading.part_name.empty() ? "" : " ", reading.part_name)] =
            reading.value;
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
