#include <fmt/format.h>

#include <algorithm>

#include "plugins/snmp/device.h"
#include "plugins/snmp/library.h"
#include "plugins/snmp/profile/report.h"
#include "plugins/snmp/profile/run.h"

namespace frugald::snmp::profile {

namespace {

/// Report and what it was made of; the profiles outlive it.
struct Answer {
    std::optional<Error> failure;
    Look look;
    double took_s = 0;
};

Answer ask(const Options& options, const Profiles& profiles) {
    asio::io_context loop;
    Keys keys;
    PduConfig pdu;
    pdu.name = options.account.host;
    pdu.account = options.account;
    pdu.profile =
        options.profile == "auto" ? "auto" : std::filesystem::path{options.profile}.stem().string();
    Device device{loop, pdu, profiles, options.patience, keys};
    Answer answer;
    auto poll = [](Device& polled, Answer& into) -> asio::awaitable<void> {
        auto report = co_await polled.poll();
        into.failure = std::move(report.failure);
        into.look.values = std::move(report.values);
        into.took_s = report.took.count();
    };
    asio::co_spawn(loop, poll(device, answer), asio::detached);
    loop.run();
    answer.look.profile = device.profile();
    answer.look.plan = device.plan();
    return answer;
}

}  // namespace

int try_device(const Options& options, const ReadSettings& read, const Write& write) {
    const auto profiles = chosen_profiles(options, read);
    Json line{{"host", options.account.host}};
    const auto give_up = [&](const std::string& text) {
        line.update(Json{{"good", false}, {"error", text}});
        write(line_of(line));
        return 1;
    };
    if (!profiles) return give_up(profiles.error().text);
    const auto id = std::filesystem::path{options.profile}.stem().string();
    if (options.profile != "auto" && !profiles->find(id))
        return give_up(fmt::format("there is no profile '{}'; known are auto, {}", options.profile,
                                   profiles->names()));
    forbid_mibs();
    const Library library;
    const auto answer = ask(options, *profiles);
    if (answer.failure) return give_up(answer.failure->text);
    const auto checks = check(answer.look);
    const bool good = std::ranges::all_of(checks, &Check::good);
    line.update(describe(answer.look, checks));
    line["took_s"] = answer.took_s;
    line["good"] = good;
    write(line_of(line));
    return good ? 0 : 1;
}

}  // namespace frugald::snmp::profile
