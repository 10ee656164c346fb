#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plugins/snmp/agent.h"
#include "plugins/snmp/library.h"
#include "plugins/snmp/profile/redact.h"
#include "plugins/snmp/profile/run.h"

namespace frugald::snmp::profile {

namespace {

const Oid roots[] = {{1, 3, 6, 1, 2, 1, 1}, {1, 3, 6, 1, 4, 1}};

asio::awaitable<void> walk(const Options& options, Waiter& waiter, Keys& keys,
                           Result<std::vector<Binding>>& into) {
    auto session = co_await Session::open(options.account, options.patience, keys, waiter);
    if (!session) {
        into = tl::unexpected{session.error()};
        co_return;
    }
    const Limits limits;
    Agent agent{**session, limits};
    for (const auto& root : roots) {
        auto below = co_await agent.walk(root);
        if (!below) {
            into = tl::unexpected{below.error()};
            co_return;
        }
        std::ranges::move(*below, std::back_inserter(*into));
    }
}

}  // namespace

int record_device(const Options& options, const ReadSettings& read, const Write& write) {
    forbid_mibs();
    const Library library;
    asio::io_context loop;
    Waiter waiter{loop};
    Keys keys;
    Result<std::vector<Binding>> bindings;
    asio::co_spawn(loop, walk(options, waiter, keys, bindings), asio::detached);
    loop.run();
    if (bindings && bindings->empty())
        bindings = fail(Fault::unsupported, "it answers, but shows nothing");
    if (!bindings) {
        fmt::print(stderr, "frugalctl: {}: {}\n", options.account.host, bindings.error().text);
        return 1;
    }
    if (options.redact) {
        const auto profiles = Profiles::load(options.profiles, read);
        if (!profiles) {
            fmt::print(stderr, "frugalctl: {}\n", profiles.error().text);
            return 1;
        }
        redact(*bindings, *profiles);
    }
    std::string text;
    for (const auto& binding : *bindings) text += snmprec_line(binding);
    write(text);
    return 0;
}

}  // namespace frugald::snmp::profile
