#include "daemon/ctl/discover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "daemon/ctl/helper.h"
#include "daemon/ctl/table.h"

namespace frugald::ctl {

namespace {

struct Found {
    std::vector<Json> bmcs;  // in the order of the command line
    bool interrupted = false;
};

std::vector<std::string> arguments_of(const DiscoverOptions& options) {
    std::vector<std::string> arguments{"--nodes=" + options.nodes, "--bmc=" + options.bmc,
                                       fmt::format("--port={}", options.port),
                                       fmt::format("--rate={}", options.rate)};
    if (!options.user.empty() || !options.secret_file.empty()) {
        arguments.push_back("--user=" + options.user);
        arguments.push_back("--secret-file=" + options.secret_file);
        arguments.push_back("--privilege=" + options.privilege);
    }
    return arguments;
}

Attempt<Found> find(const Terminal& terminal, const DiscoverOptions& options) {
    const auto names = node_names(options.nodes);
    if (!names) return tl::unexpected(names.error());
    std::unordered_map<std::string, std::size_t> order;
    for (const std::string& name : *names) order.emplace(name, order.size());
    auto helper = Helper::start(helper_path("frugald-ipmi-discover"), arguments_of(options));
    if (!helper) return tl::unexpected(helper.error());
    Found found;
    while (const auto line = (*helper)->next_line()) {
        found.bmcs.push_back(Json::parse(*line));
        if (terminal.asks)
            terminal.err << fmt::format("\r{} of {} BMCs", found.bmcs.size(), names->size())
                         << std::flush;
    }
    if (terminal.asks) terminal.err << "\r\x1b[K" << std::flush;
    found.interrupted = (*helper)->interrupted();
    const int code = (*helper)->finish();
    // It has said what is wrong with the command line.
    if (code == exit_usage) return tl::unexpected(Failure{exit_usage, "nothing was asked"});
    if (code != 0 && !found.interrupted)
        return tl::unexpected(
            Failure{exit_some_failed, "frugald-ipmi-discover ended before its work was done"});
    std::ranges::sort(found.bmcs, {}, [&order](const Json& bmc) {
        return order.at(bmc.at("node").get<std::string>());
    });
    return found;
}

std::string suites(const Json& bmc) {
    if (!bmc.at("cipher_suites").is_array()) return "?";
    std::string list;
    for (const Json& suite : bmc.at("cipher_suites")) append(list, ",", suite.dump());
    return list;
}

std::string power(const Json& bmc) {
    const Json& power = bmc.at("power");
    if (power.is_null()) return "?";
    if (power.at("path").is_null()) return "none";
    return fmt::format("{} {:.0f} W", text(power.at("path")), power.at("watts").get<double>());
}

std::string limit_cell(const Json& bmc) {
    const Json& limit = bmc.at("power_limit");
    if (limit.is_null()) return "?";
    return limit.at("answers").get<bool>() ? "yes" : "no";
}

void print_table(const Terminal& terminal, const std::vector<Json>& bmcs, const Guids& guids) {
    Table table{{{"NODE"},
                 {"ADDRESS"},
                 {"MODEL"},
                 {"FIRMWARE"},
                 {"SUITES"},
                 {"POWER"},
                 {"LIMIT"},
                 {"FLAGS"}}};
    for (const Json& bmc : bmcs) {
        std::string flags;
        Color color = Color::warning;
        for (const Flag& flag : flags_of(bmc, guids)) {
            append(flags, "; ", flag.text);
            if (flag.bad) color = Color::bad;
        }
        const Json& device = bmc.at("device");
        const std::string address = text(bmc.at("address"));
        table.add({{text(bmc.at("node"))},
                   {address.empty() ? "?" : address},
                   {model_of(bmc)},
                   {device.is_null() ? "?" : text(device.at("firmware"))},
                   {suites(bmc)},
                   {power(bmc)},
                   {limit_cell(bmc)},
                   {flags, color}});
    }
    table.print(terminal, true);
}

void print_json(const Terminal& terminal, const Found& found, const Guids& guids) {
    Json list = Json::array();
    for (const Json& bmc : found.bmcs) {
        Json flags = Json::array();
        for (const Flag& flag : flags_of(bmc, guids)) flags.push_back(flag.text);
        list.push_back(bmc);
        list.back()["flags"] = std::move(flags);
    }
    terminal.out << Json{{"schema", "frugald/1"},
                         {"interrupted", found.interrupted},
                         {"bmcs", std::move(list)}}
                        .dump(-1, ' ', false, Json::error_handler_t::replace)
                 << '\n';
}

Failure not_written(const std::string& file, int error) {
    if (error == EEXIST)
        return {exit_usage, fmt::format("{} exists; nothing is overwritten, name another", file)};
    return {exit_some_failed, fmt::format("cannot write {}: {}", file, std::strerror(error))};
}

Attempt<void> write_new(const std::string& file, const std::string& content) {
    const int descriptor =
        open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (descriptor < 0) return tl::unexpected(not_written(file, errno));
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t size = write(descriptor, content.data() + done, content.size() - done);
        if (size < 0 && errno != EINTR) break;
        if (size > 0) done += static_cast<std::size_t>(size);
    }
    int error = done == content.size() ? 0 : errno;
    if (close(descriptor) != 0 && error == 0) error = errno;
    if (error == 0) return {};
    unlink(file.c_str());
    return tl::unexpected(not_written(file, error));
}

/// After the answer, which is the only JSON on stdout.
int complain(const Terminal& terminal, const Failure& failure) {
    terminal.err << "frugalctl: " << plain(failure.text) << '\n';
    return failure.code;
}

int write_proposal(const Terminal& terminal, const Found& found, const DiscoverOptions& options) {
    const Proposal proposal = propose(found.bmcs, options);
    if (proposal.nodes == 0)
        return complain(terminal, {exit_some_failed, "no BMC can be used: nothing is proposed"});
    const auto written = write_new(options.output, proposal.toml);
    if (!written) return complain(terminal, written.error());
    terminal.err << fmt::format("{}: a configuration for {} nodes\n", plain(options.output),
                                proposal.nodes);
    return exit_ok;
}

}  // namespace

int discover(const Terminal& terminal, const DiscoverOptions& options) {
    if (!options.output.empty() && access(options.output.c_str(), F_OK) == 0)
        return report(terminal, not_written(options.output, EEXIST));
    const auto found = find(terminal, options);
    if (!found) return report(terminal, found.error());
    const Guids guids = collect_guids(found->bmcs);
    if (terminal.json)
        print_json(terminal, *found, guids);
    else
        print_table(terminal, found->bmcs, guids);
    if (found->interrupted)
        return complain(terminal, {exit_some_failed, "interrupted: not all BMCs were looked at"});
    const auto good = std::ranges::count_if(found->bmcs, succeeded);
    const bool all = static_cast<std::size_t>(good) == found->bmcs.size();
    if (!terminal.json)
        terminal.err << fmt::format(
            "{} of {} BMCs {}{}\n", good, found->bmcs.size(),
            options.user.empty() ? "answered" : "answered and let us in",
            options.user.empty() ? "; without --user only what they tell anybody is known" : "");
    const int written =
        options.output.empty() ? exit_ok : write_proposal(terminal, *found, options);
    if (written != exit_ok) return written;
    return all ? exit_ok : exit_some_failed;
}

}  // namespace frugald::ctl
