#include "plugins/ipmi/discover/options.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "daemon/core/nodeset.h"

namespace frugald::ipmi::discover {
namespace {

constexpr std::size_t longest_password = 20;  // IPMI 2.0, 22.30
constexpr std::size_t longest_user = 16;      // IPMI 2.0, 13.20
constexpr int receive_buffer_bytes = 100000;  // more than the rate lets come at once
constexpr int usage = 2;

struct Words {
    std::string nodes, bmc = "{node}-bmc", user, secret_file, privilege = "administrator";
    unsigned port = 623, rate = 200, attempts = 3, retransmit_ms = 500;
};

void add_options(CLI::App& app, Words& words) {
    app.add_option("--nodes", words.nodes)->required();
    app.add_option("--bmc", words.bmc);
    app.add_option("--port", words.port)->check(CLI::Range(1, 65535));
    app.add_option("--rate", words.rate)->check(CLI::Range(1, 100000));
    app.add_option("--attempts", words.attempts)->check(CLI::Range(1, 10));
    app.add_option("--retransmit-ms", words.retransmit_ms)->check(CLI::Range(50, 10000));
    auto* const user = app.add_option("--user", words.user);
    auto* const file = app.add_option("--secret-file", words.secret_file);
    user->needs(file);
    file->needs(user);
    app.add_option("--privilege", words.privilege)
        ->check(CLI::IsMember({"user", "operator", "administrator"}));
}

Result<Credentials> credentials_of(const Words& words) {
    if (words.user.empty() || words.user.size() > longest_user)
        return fail(Fault::invalid, "--user: a user name of IPMI has 1 to 16 bytes");
    auto password = read_password(words.secret_file);
    if (!password) return tl::unexpected(password.error());
    Credentials credentials;
    credentials.user = words.user;
    credentials.password = std::move(*password);
    credentials.privilege = words.privilege == "user"       ? Privilege::user
                            : words.privilege == "operator" ? Privilege::operator_
                                                            : Privilege::administrator;
    return credentials;
}

Result<Plan> plan_of(const Words& words) {
    Plan plan;
    auto targets = find_targets(words.nodes, words.bmc, static_cast<unsigned short>(words.port));
    if (!targets) return tl::unexpected(targets.error());
    plan.targets = std::move(*targets);
    if (!words.secret_file.empty()) {
        auto credentials = credentials_of(words);
        if (!credentials) return tl::unexpected(credentials.error());
        plan.credentials = std::move(*credentials);
    }
    plan.network.retransmit = std::chrono::milliseconds{words.retransmit_ms};
    plan.network.attempts = words.attempts;
    plan.network.packets_per_s = words.rate;
    plan.network.receive_buffer_bytes = receive_buffer_bytes;
    return plan;
}

bool is_host(const std::string& text) {
    return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view{"._-:"}.find(c) != std::string_view::npos;
    });
}

}  // namespace

Result<Secret> read_password(const std::string& path) {
    const auto broken = [&path](const std::string& why) {
        return fail(Fault::invalid, fmt::format("secret file {}: {}", path, why));
    };
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return broken(std::strerror(errno));
    struct stat status {};
    std::array<char, longest_password + 3> bytes{};
    const bool known = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const bool shared = (status.st_mode & 077) != 0;
    const bool foreign = status.st_uid != 0 && status.st_uid != geteuid();
    const ssize_t size = known && !shared && !foreign ? read(file, bytes.data(), bytes.size()) : -1;
    ::close(file);
    if (!known) return broken("it is not a file");
    if (shared)
        return broken(fmt::format("its mode is {:04o}, others may read it; chmod 0600",
                                  status.st_mode & 07777));
    if (foreign) return broken("it belongs to somebody else; chown it to root or yourself");
    if (size < 0) return broken(std::strerror(errno));
    std::string_view text{bytes.data(), static_cast<std::size_t>(size)};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    Secret password{std::string{text}};
    const bool plain = text.find_first_of(std::string_view{"\n\0", 2}) == std::string_view::npos;
    const std::size_t length = text.size();
    explicit_bzero(bytes.data(), bytes.size());
    if (length == 0 || length > longest_password || !plain)
        return broken("it shall hold the password and nothing else, 1 to 20 bytes in one line");
    return password;
}

Result<std::vector<Candidate>> find_targets(const std::string& nodes, const std::string& pattern,
                                            unsigned short port) {
    constexpr std::string_view placeholder = "{node}";
    const auto names = expand_nodeset(nodes);
    if (!names) return tl::unexpected(names.error());
    if (names->empty()) return fail(Fault::invalid, "the nodeset names no node");
    const auto at = pattern.find(placeholder);
    Result<std::vector<std::string>> hosts = *names;
    if (at == pattern.npos)
        hosts = expand_nodeset(pattern);
    else
        for (std::string& host : *hosts)
            host = std::string{pattern}.replace(at, placeholder.size(), host);
    if (!hosts) return tl::unexpected(hosts.error());
    if (hosts->size() != names->size())
        return fail(Fault::invalid,
                    fmt::format("--bmc: {} different BMCs for {} nodes; name as many, in the same "
                                "order, or a pattern like '{{node}}-bmc'",
                                hosts->size(), names->size()));
    std::vector<Candidate> targets;
    for (std::size_t i = 0; i < names->size(); ++i) {
        if (!is_host((*hosts)[i]))
            return fail(Fault::invalid, "--bmc: neither a pattern with {node} nor a list of names");
        targets.push_back({(*names)[i], (*hosts)[i], port});
    }
    return targets;
}

std::optional<Plan> read_options(int argc, char** argv, int& exit_code) {
    Words words;
    CLI::App app{"Asks BMCs what they are, for frugalctl discover; a line of JSON for each.",
                 "frugald-ipmi-discover"};
    add_options(app, words);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : usage;
        return std::nullopt;
    }
    auto plan = plan_of(words);
    if (plan) return std::move(*plan);
    fmt::print(stderr, "frugalctl: {}\n", plan.error().text);
    exit_code = usage;
    return std::nullopt;
}

}  // namespace frugald::ipmi::discover
