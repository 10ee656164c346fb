#include "plugins/snmp/profile/run.h"

#include <fmt/format.h>

#include <fstream>

#include "plugins/snmp/profile/report.h"

namespace frugald::snmp::profile {

namespace {

constexpr std::size_t longest_file = 64 << 20;

Json mistakes_of(const Error& error) {
    Json mistakes = Json::array();
    std::string_view text = error.text;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        mistakes.push_back(std::string{text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return mistakes;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& file) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (failed)
        return fail(Fault::unavailable, fmt::format("cannot be read: {}", failed.message()));
    if (size > longest_file) return fail(Fault::invalid, "is larger than 64 MiB");
    std::ifstream stream{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) return fail(Fault::unavailable, "cannot be read");
    return text;
}

Result<Profiles> chosen_profiles(const Options& options, const ReadSettings& read) {
    const auto& name = options.profile;
    const bool is_file = name.find('/') != name.npos || name.ends_with(".toml");
    if (!is_file) return Profiles::load(options.profiles, read);
    auto profile = read_profile_file(name, options.profiles, read);
    if (!profile) return tl::unexpected{profile.error()};
    return Profiles::only(*std::move(profile));
}

int check_files(const Options& options, const ReadSettings& read, const Write& write) {
    int failed = 0;
    for (const auto& file : options.files) {
        const auto profile = read_profile_file(file, options.profiles, read);
        Json report{{"file", file.string()}, {"good", profile.has_value()}};
        if (profile) {
            report["summary"] = profile->summary;
            report["tables"] = profile->tables.size();
        } else {
            report["mistakes"] = mistakes_of(profile.error());
            failed = 1;
        }
        write(line_of(report));
    }
    return failed;
}

int run(const Options& options, const ReadSettings& read, const Write& write) {
    switch (options.verb) {
        case Options::Verb::check:
            return check_files(options, read, write);
        case Options::Verb::test:
            return test_files(options, read, write);
        case Options::Verb::ask:
            return try_device(options, read, write);
        case Options::Verb::record:
            return record_device(options, read, write);
    }
    return 1;
}

}  // namespace frugald::snmp::profile
