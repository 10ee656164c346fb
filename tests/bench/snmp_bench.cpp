#include "tests/bench/snmp_bench.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "plugins/snmp/agent.h"
#include "plugins/snmp/library.h"
#include "tests/bench/snmp_rig.h"

namespace frugald::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr unsigned numbers = 48;
constexpr auto port = snmp_port;
constexpr const char* password = "a long password";

snmp::Oid number_oid(std::uint32_t index) { return {1, 3, 6, 1, 4, 1, 99999, index, 0}; }

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file} << text;
}

snmp::Account account(const char* host) {
    snmp::Account account;
    account.host = host;
    account.port = port;
    account.version = snmp::Version::v2c;
    account.community = Secret{"public"};
    return account;
}

struct Cost {
    double cpu_us = 0;
    std::uint64_t answers = 0;
};

asio::awaitable<void> ask_again_and_again(const snmp::Account& account, snmp::Waiter& waiter,
                                          snmp::Keys& keys, Result<Cost>& cost) {
    auto session = co_await snmp::Session::open(account, snmp::Patience{}, keys, waiter);
    if (!session) {
        cost = tl::unexpected{session.error()};
        co_return;
    }
    std::vector<snmp::Oid> oids;
    for (std::uint32_t i = 1; i <= numbers; ++i) oids.push_back(number_oid(i));
    const snmp::Request request{.oids = {oids.begin(), oids.end()}};
    constexpr std::uint64_t warm_up = 200, count = 10000;
    auto before = cpu_time();
    for (std::uint64_t i = 0; i < warm_up + count; ++i) {
        if (i == warm_up) before = cpu_time();
        const auto reply = co_await (*session)->ask(request);
        const bool good = reply && reply->bindings.size() == numbers &&
                          reply->bindings.front().value.kind == snmp::Value::Kind::number;
        if (good) continue;
        cost = reply ? fail(Fault::unparsable, "another answer than expected")
                     : Result<Cost>{tl::unexpected{reply.error()}};
        co_return;
    }
    cost = Cost{(cpu_time() - before).count() * 1e6 / static_cast<double>(count), count};
}

Cost measure(const snmp::Account& account) {
    asio::io_context loop;
    snmp::Waiter waiter{loop};
    snmp::Keys keys;
    Result<Cost> cost;
    asio::co_spawn(loop, ask_again_and_again(account, waiter, keys, cost), asio::detached);
    loop.run();
    if (!cost) throw std::runtime_error(cost.error().text);
    return *cost;
}

void answer_v2c(const Report& report) {
    std::string recording = "1.3.6.1.2.1.1.3.0|67|1\n";
    for (std::uint32_t i = 1; i <= numbers; ++i)
        recording += fmt::format("{}|2|{}\n", snmp::to_text(number_oid(i)), 100 + i);
    const Scratch scratch;
    write(scratch.path() / "48.snmprec", recording);
    const Pdus pdus{
        fmt::format("[[pdu]]\nname = \"p\"\naddress = \"127.30.255.1\"\nport = {}\n"
                    "recording = \"{}\"\n",
                    port, (scratch.path() / "48.snmprec").string())};
    const auto cost = measure(account("127.30.255.1"));
    report({"snmp.cpu_us_per_answer_48", cost.cpu_us, "us", cost.answers});
}

void answer_v3(const Report& report) {
    std::string config = fmt::format(
        "createUser bench SHA-256 \"{0}\" AES \"{0}\"\nrouser bench priv\n"
        "dontLogTCPWrappersConnects yes\n"  // a line for each question fills the pipe
        "agentAddress udp:127.30.255.2:{1}\n",
        password, port);
    for (std::uint32_t i = 1; i <= numbers; ++i)
        config += fmt::format("override .{} integer {}\n", snmp::to_text(number_oid(i)), 100 + i);
    const Scratch scratch;
    write(scratch.path() / "snmpd.conf", config);
    ::setenv("SNMP_PERSISTENT_DIR", scratch.path().c_str(), 1);
    test::Program snmpd{{"/usr/sbin/snmpd", "-f", "-C", "-c", "snmpd.conf", "-I", "-smux", "-Lo"},
                        scratch.path().string()};
    ::unsetenv("SNMP_PERSISTENT_DIR");
    if (!snmpd.wait_for("NET-SNMP version")) throw std::runtime_error("snmpd does not start");
    auto v3 = account("127.30.255.2");
    v3.version = snmp::Version::v3;
    v3.user = "bench";
    v3.auth = "SHA-256";
    v3.privacy = "AES";
    v3.auth_password = v3.privacy_password = Secret{password};
    const auto cost = measure(v3);
    report({"snmp.cpu_us_per_answer_48_v3", cost.cpu_us, "us", cost.answers});
}

class Polls : public ObservationSink {
public:
    void take(const Observation& seen) override {
        if (seen.failure)
            ++failures;
        else
            ++good;
        readings += seen.readings.size();
    }
    std::uint64_t good = 0, failures = 0, readings = 0;
};

}  // namespace

void snmp_answer(const Report& report) {
    snmp::forbid_mibs();
    const snmp::Library library;
    answer_v2c(report);
    if (std::filesystem::exists("/usr/sbin/snmpd")) answer_v3(report);
}

void snmp_paced(const Report& report) {
    constexpr unsigned count = 2000;
    const Pdus pdus{room_of(count)};
    Polls polls;
    Polling polling{"version = \"2c\"\nsecret = \"community\"\nport = 16130\n" + pdus_of(count),
                    polls};
    polling.run_for(25s);  // everybody has been looked at
    polls = {};
    const auto before = cpu_time();
    const auto began = Clock::now();
    polling.run_for(20s);
    const std::chrono::duration<double> wall = Clock::now() - began;
    report({"snmp.2000_pdus_10s_core_percent", (cpu_time() - before) / wall * 100, "percent",
            polls.good});
    report(
        {"snmp.2000_pdus_10s_failures", static_cast<double>(polls.failures), "polls", polls.good});
    report({"snmp.2000_pdus_10s_readings",
            static_cast<double>(polls.readings) /
                static_cast<double>(std::max<std::uint64_t>(polls.good, 1)),
            "a poll", polls.good});
}

}  // namespace frugald::bench
