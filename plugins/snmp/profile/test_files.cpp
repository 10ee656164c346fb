#include <fmt/format.h>

#include "plugins/snmp/profile/report.h"
#include "plugins/snmp/profile/run.h"

namespace frugald::snmp::profile {

namespace {

struct Bench {
    const Options& options;
    const Profiles& profiles;
    const std::vector<Exception>& exceptions;
};

Result<const Profile*> profile_for(const Recording& recording, const Bench& bench) {
    const auto& name = bench.options.profile;
    if (name != "auto") {
        const auto id = std::filesystem::path{name}.stem().string();
        if (const auto* profile = bench.profiles.find(id)) return profile;
        return fail(Fault::invalid, fmt::format("there is no profile '{}'; known are {}", name,
                                                bench.profiles.names()));
    }
    if (const auto* profile = identify(recording, bench.profiles)) return profile;
    return fail(Fault::unsupported, "no profile fits this device");
}

/// Empty path: there is nothing to compare with.
std::filesystem::path expected_file(const std::filesystem::path& file, const Options& options) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(options.expected, ignored)) return options.expected;
    return options.expected / (file.stem().string() + ".json");
}

Result<Json> test(const std::filesystem::path& file, const Bench& bench) {
    const auto text = read_file(file);
    if (!text) return tl::unexpected{text.error()};
    const auto recording = Recording::read(*text);
    if (!recording) return tl::unexpected{recording.error()};
    const auto profile = profile_for(*recording, bench);
    if (!profile) return tl::unexpected{profile.error()};
    const auto look = look_at(*recording, **profile);
    if (look.plan.items.empty())
        return fail(Fault::unsupported,
                    fmt::format("it has nothing that profile '{}' knows", (*profile)->name));
    const auto checks = check(look);
    auto report = describe(look, checks);
    // What does not add up in a recording may be what was not recorded.
    bool good = true;
    if (const auto path = expected_file(file, bench.options); !path.empty()) {
        const auto expectation =
            read_file(path).and_then([](const std::string& json) { return read_expected(json); });
        if (!expectation)
            return fail(expectation.error().fault,
                        fmt::format("{}: {}", path.string(), expectation.error().text));
        const auto comparison =
            compare(look, *recording, *expectation, bench.exceptions, file.stem().string());
        report.update(describe(comparison));
        good = comparison.wrong.empty();
    }
    report["good"] = good;
    return report;
}

Result<std::vector<Exception>> exceptions_of(const Options& options) {
    if (options.exceptions.empty()) return std::vector<Exception>{};
    auto exceptions = read_file(options.exceptions).and_then([](const std::string& text) {
        return read_exceptions(text);
    });
    if (!exceptions)
        exceptions.error().text =
            fmt::format("{}: {}", options.exceptions.string(), exceptions.error().text);
    return exceptions;
}

}  // namespace

int test_files(const Options& options, const ReadSettings& read, const Write& write) {
    const auto profiles = chosen_profiles(options, read);
    const auto exceptions = exceptions_of(options);
    if (!profiles || !exceptions) {
        const auto& error = profiles ? exceptions.error() : profiles.error();
        write(line_of({{"good", false}, {"error", error.text}}));
        return 1;
    }
    const Bench bench{options, *profiles, *exceptions};
    int failed = 0;
    for (const auto& file : options.files) {
        auto report = test(file, bench);
        Json line{{"file", file.string()}};
        if (report)
            line.update(*report);
        else
            line.update(Json{{"good", false}, {"error", report.error().text}});
        if (!line.at("good").get<bool>()) failed = 1;
        write(line_of(line));
    }
    return failed;
}

}  // namespace frugald::snmp::profile
