#include "plugins/snmp/profile/options.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstring>

namespace frugald::snmp::profile {

namespace {

constexpr int usage = 2;
constexpr std::size_t longest_secret = 255;

struct Words {
    std::vector<std::string> files;
    std::string profiles, profile = "auto", expected, exceptions;
    std::string host, version = "2c", secret_file, user, auth = "SHA-256", privacy = "AES";
    std::string privacy_secret_file, context;
    unsigned port = 161, timeout_ms = 2000;
    bool redact = false;
};

void add_device(CLI::App& verb, Words& words) {
    verb.add_option("--host", words.host)->required();
    verb.add_option("--port", words.port)->check(CLI::Range(1, 65535));
    verb.add_option("--version", words.version)->check(CLI::IsMember({"1", "2c", "3"}));
    verb.add_option("--secret-file", words.secret_file);
    verb.add_option("--user", words.user);
    verb.add_option("--auth", words.auth)->check(CLI::IsMember(known_auth()));
    verb.add_option("--privacy", words.privacy)->check(CLI::IsMember(known_privacy()));
    verb.add_option("--privacy-secret-file", words.privacy_secret_file);
    verb.add_option("--context", words.context);
    verb.add_option("--timeout-ms", words.timeout_ms)->check(CLI::Range(50, 60000));
}

void add_verbs(CLI::App& app, Words& words) {
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--profiles", words.profiles);
    app.add_subcommand("check")->add_option("files", words.files)->required();
    auto* const test = app.add_subcommand("test");
    test->add_option("files", words.files)->required();
    test->add_option("--profile", words.profile);
    test->add_option("--expected", words.expected);
    test->add_option("--exceptions", words.exceptions);
    auto* const ask = app.add_subcommand("try");
    ask->add_option("profile", words.profile)->required();
    add_device(*ask, words);
    auto* const record = app.add_subcommand("record");
    record->add_flag("--redact", words.redact);
    add_device(*record, words);
}

/// The one line of a file that nobody else may read.
Result<Secret> read_secret(const std::string& path) {
    const auto broken = [&path](const std::string& why) {
        return fail(Fault::invalid, fmt::format("secret file {}: {}", path, why));
    };
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return broken(std::strerror(errno));
    struct stat status {};
    std::array<char, longest_secret + 3> bytes{};
    const bool known = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const bool shared = (status.st_mode & 077) != 0;
    const ssize_t size = known && !shared ? read(file, bytes.data(), bytes.size()) : -1;
    ::close(file);
    if (!known) return broken("it is not a file");
    if (shared) return broken("others may read it; chmod 0600");
    if (size < 0) return broken(std::strerror(errno));
    std::string_view text{bytes.data(), static_cast<std::size_t>(size)};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    Secret secret{std::string{text}};
    const bool plain = text.find_first_of(std::string_view{"\n\0", 2}) == std::string_view::npos;
    const std::size_t length = text.size();
    explicit_bzero(bytes.data(), bytes.size());
    if (length == 0 || length > longest_secret || !plain)
        return broken("it shall hold the secret and nothing else, in one line");
    return secret;
}

Result<void> read_user(const Words& words, Account& account) {
    if (words.user.empty()) return fail(Fault::invalid, "SNMPv3 needs --user and --secret-file");
    account.user = words.user;
    account.auth = words.auth;
    account.privacy = words.privacy;
    account.context = words.context;
    auto auth = read_secret(words.secret_file);
    if (!auth) return tl::unexpected{auth.error()};
    account.auth_password = *std::move(auth);
    if (!words.privacy_secret_file.empty()) {
        auto privacy = read_secret(words.privacy_secret_file);
        if (!privacy) return tl::unexpected{privacy.error()};
        account.privacy_password = *std::move(privacy);
    }
    for (const auto* password : {&account.auth_password, &account.privacy_password})
        if (!password->empty() && password->reveal().size() < shortest_password)
            return fail(Fault::invalid, fmt::format("SNMPv3 passwords have at least {} characters",
                                                    shortest_password));
    return {};
}

Result<Account> account_of(const Words& words) {
    Account account;
    account.host = words.host;
    account.port = static_cast<std::uint16_t>(words.port);
    account.version = words.version == "1"   ? Version::v1
                      : words.version == "3" ? Version::v3
                                             : Version::v2c;
    if (account.version == Version::v3) {
        if (auto user = read_user(words, account); !user) return tl::unexpected{user.error()};
    } else if (words.secret_file.empty()) {
        account.community = Secret{"public"};
    } else {
        auto community = read_secret(words.secret_file);
        if (!community) return tl::unexpected{community.error()};
        account.community = *std::move(community);
    }
    return account;
}

Result<Options> options_of(const Words& words, const std::string& verb) {
    Options options;
    options.verb = verb == "check"  ? Options::Verb::check
                   : verb == "test" ? Options::Verb::test
                   : verb == "try"  ? Options::Verb::ask
                                    : Options::Verb::record;
    options.files.assign(words.files.begin(), words.files.end());
    options.profiles = words.profiles;
    options.profile = words.profile;
    options.expected = words.expected;
    options.exceptions = words.exceptions;
    options.redact = words.redact;
    options.patience.timeout = std::chrono::milliseconds{words.timeout_ms};
    if (!words.host.empty()) {
        auto account = account_of(words);
        if (!account) return tl::unexpected{account.error()};
        options.account = *std::move(account);
    }
    return options;
}

}  // namespace

std::optional<Options> read_options(int argc, char** argv, const std::filesystem::path& profiles,
                                    int& exit_code) {
    Words words;
    words.profiles = profiles.string();
    CLI::App app{"The program behind frugalctl profile.", "frugald-snmp-profile"};
    add_verbs(app, words);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : usage;
        return std::nullopt;
    }
    auto options = options_of(words, app.get_subcommands().front()->get_name());
    if (options) return *std::move(options);
    fmt::print(stderr, "frugalctl: {}\n", options.error().text);
    exit_code = usage;
    return std::nullopt;
}

}  // namespace frugald::snmp::profile
