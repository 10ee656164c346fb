#include "plugins/snmp/device.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/core/log.h"
#include "daemon/core/slow_quantity.h"

namespace frugald::snmp {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds slowest_retry = 60s;
const Oid sys_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0};

}  // namespace

Device::Device(asio::io_context& loop, const PduConfig& config, const Profiles& profiles,
               Patience patience, Keys& keys)
    : config_(config), profiles_(profiles), patience_(patience), keys_(keys), waiter_(loop) {}

std::chrono::milliseconds Device::next_after() const {
    const auto slower = config_.interval * health_.slowdown();
    return std::max(config_.interval, std::min(slower, slowest_retry));
}

Error Device::failure(const Error& error) const {
    const auto& account = config_.account;
    auto text = fmt::format("PDU {} at {} port {}: {}", config_.name, account.host, account.port,
                            error.text);
    if (error.fault == Fault::timeout)
        text += account.version == Version::v3
                    ? "; check its address, and that SNMPv3 is on"
                    : "; check its address, that this SNMP version is on, and the community: "
                      "agents stay silent on a wrong one";
    return {error.fault, std::move(text)};
}

asio::awaitable<Report> Device::poll() {
    const auto start = std::chrono::steady_clock::now();
    auto read_now = co_await read();
    Report report;
    report.device = config_.name;
    report.kind = config_.kind;
    report.at = Instant::now().wall;
    report.took = std::chrono::steady_clock::now() - start;
    health_.record(read_now.has_value());
    if (read_now) {
        report.values = *std::move(read_now);
        report.readings = readings(plan_, report.values);
        report.source = "snmp:" + profile_->name;
    } else {
        report.failure = failure(read_now.error());
        // A new session asks for the engine and the user's place in it again.
        session_.reset();
    }
    co_return report;
}

asio::awaitable<Result<void>> Device::connect() {
    auto opened = co_await Session::open(config_.account, patience_, keys_, waiter_);
    if (!opened) co_return tl::unexpected{opened.error()};
    session_ = *std::move(opened);
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<Value>>> Device::read() {
    Result<void> done;
    if (!session_) done = co_await connect();
    if (!done) co_return tl::unexpected{done.error()};
    if (!looked_around_ || std::chrono::steady_clock::now() >= look_again_)
        done = co_await look_around();
    if (!done) co_return tl::unexpected{done.error()};
    co_return co_await ask_all();
}

asio::awaitable<Result<std::vector<Value>>> Device::ask_all() {
    Agent agent{*session_, profile_->limits};
    const Asking& now = slow_is_due() ? all_ : quick_;
    auto collected = co_await agent.get(now.wanted);
    if (!collected) co_return tl::unexpected{collected.error()};
    note_boot(collected->values.front());
    std::vector<Value> values(plan_.items.size());
    for (std::size_t i = 1; i < now.wanted.size(); ++i)
        values[now.positions[i]] = std::move(collected->values[i]);
    for (const auto unreadable : collected->mute) note_mute(now.wanted[unreadable]);
    if (!collected->mute.empty()) choose_wanted();
    counters_.unwrap(plan_, values);
    co_return values;
}

/// Each PDU has a beat of its own, so that their slow values do not all come at once.
bool Device::slow_is_due() {
    if (config_.slow_interval <= config_.interval) return true;
    const auto now = std::chrono::steady_clock::now();
    // Half an interval early is not too early: the next poll would be half of one late.
    if (now + config_.interval / 2 < slow_due_) return false;
    const bool first = slow_due_ == SteadyTime{};
    const auto turns = static_cast<std::size_t>(config_.slow_interval / config_.interval);
    const auto beat = static_cast<int>(std::hash<std::string>{}(config_.name) % turns);
    slow_due_ = now + (first ? config_.interval * (beat + 1) : config_.slow_interval);
    return true;
}

Device::Asking Device::asking(bool slow_too) const {
    Asking asking{{sys_up_time}, {0}};
    for (std::size_t i = 0; i < plan_.items.size(); ++i) {
        const auto& item = plan_.items[i];
        if (mute_.contains(item.oid) || (!slow_too && changes_slowly(item.column->quantity)))
            continue;
        asking.wanted.push_back(item.oid);
        asking.positions.push_back(i);
    }
    return asking;
}

void Device::choose_wanted() {
    all_ = asking(true);
    quick_ = asking(false);
}

void Device::note_boot(const Value& up_time) {
    if (up_time.kind != Value::Kind::number) return;
    if (up_time.number < up_time_) looked_around_ = false;
    up_time_ = up_time.number;
}

void Device::note_mute(const Oid& oid) {
    mute_.insert(oid);
    log::warning("PDU {}: {} is left out for up to an hour: its value cannot be decoded",
                 config_.name, to_text(oid));
}

}  // namespace frugald::snmp
