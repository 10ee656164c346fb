#include "tests/plugins/command/rig.h"

#include <fmt/format.h>

#include "daemon/config/toml_file.h"
#include "plugins/command/module.h"

using namespace frugald;

std::string script(const Scratch& scratch, const std::string& name, const std::string& body) {
    const auto file = scratch.write(name, "#!/bin/sh\n" + body + "\n");
    std::filesystem::permissions(file, std::filesystem::perms{0755});
    std::filesystem::permissions(scratch.path(), std::filesystem::perms{0755});
    return file;
}

std::string source(const std::string& name, const std::string& program, const std::string& more) {
    return fmt::format("[[source]]\nname = \"{}\"\nargv = [\"{}\"]\n{}\n", name, program, more);
}

std::string prints(double watts) {
    return fmt::format(
        "echo '{{\"schema\":\"frugald-source/1\",\"readings\":"
        "[{{\"quantity\":\"power_watts\",\"value\":{}}}]}}'",
        watts);
}

std::string failure_of(const Seen& seen) { return seen.failure ? seen.failure->text : ""; }

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

Rig::Rig(const std::string& toml) {
    const PluginHost host{
        .loop = loop_,
        .workers = workers_,
        .secret = [](std::string_view) -> Result<Secret> { return Secret{""}; },
        .read_settings = [](const std::filesystem::path& file) { return read_toml(file); },
        .profiles_directory = {},
        .program_directory = {}};
    const auto settings = parse_toml(toml, "test.toml");
    auto made = settings ? command::make_module(*settings, host) : tl::unexpected{settings.error()};
    if (made)
        module_ = *std::move(made);
    else
        mistakes_ = made.error().text;
}

Rig::~Rig() {
    if (module_) stop();
}

void Rig::take(const Observation& seen) {
    Seen kept{seen.kind, std::string{seen.device}, std::string{seen.source}, seen.at, {}, {}};
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

Seen Rig::poll(const std::string& source) {
    const auto before = of(source).size();
    // Until then the run before may not have gone to sleep.
    while (of(source).size() == before) {
        module_->source()->refresh(source);
        if (run_until([&] { return of(source).size() > before; }, std::chrono::milliseconds{50}))
            break;
    }
    return of(source).at(before);
}

Seen Rig::first(const std::string& source) {
    start();
    if (!run_until([&] { return !of(source).empty(); }))
        throw std::runtime_error("no report of " + source);
    return of(source).front();
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

std::vector<Seen> Rig::of(const std::string& source) const {
    std::vector<Seen> seen;
    for (const auto& one : seen_)
        if (one.device == source) seen.push_back(one);
    return seen;
}
