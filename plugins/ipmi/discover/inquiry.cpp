#include "plugins/ipmi/discover/inquiry.h"

#include <fmt/format.h>

#include "plugins/ipmi/commands.h"
#include "plugins/ipmi/device_id.h"
#include "plugins/ipmi/discover/sessionless.h"
#include "plugins/ipmi/power_source.h"

namespace frugald::ipmi::discover {
namespace {

constexpr std::chrono::seconds longest_inquiry{300};  // a large repository, at a low rate
constexpr int packets_of_login = 5;  // Open Session, RAKP 1 and 3, Set Privilege, Close Session

std::optional<Device> device_of(const Answer& answer) {
    const auto id = parse_device_id(answer);
    if (!id) return std::nullopt;
    return Device{id->manufacturer, id->product,
                  fmt::format("{}.{:02x}", id->firmware >> 40, id->firmware >> 32 & 0xff)};
}

}  // namespace

void Inquiry::give_up() {
    if (given_up_) return;
    given_up_ = true;
    // A handshake cut short would hold one of the BMC's few slots for a minute: it is finished.
    if (!bmc_ || bmc_->session_count() == 0) return;
    cut_short_ = true;
    asio::co_spawn(network_.loop(), close(), asio::detached);
}

asio::awaitable<void> Inquiry::close() {
    co_await bmc_->close();
    closed_ = true;
    closing_.wake();
}

asio::awaitable<std::optional<Answer>> Inquiry::ask(Request request) {
    if (given_up_) co_return std::nullopt;
    const Result<Answer> answer = co_await bmc_->ask(Priority::power, request);
    if (!answer) co_return std::nullopt;
    co_return *answer;
}

asio::awaitable<void> Inquiry::run(std::uint8_t suite, bool open_session_privilege) {
    auto group = std::make_shared<Group>();
    group->credentials = credentials_;
    group->credentials.cipher_suites = {suite};
    group->workarounds.open_session_privilege = open_session_privilege;
    facts_.login = Login{suite, open_session_privilege, ""};
    another_suite_may_ = turned_away_ = false;
    if (given_up_) co_return;
    bmc_ = std::make_unique<Bmc>(network_, group, facts_.target.node, facts_.address,
                                 facts_.target.port);
    Alarm deadline(network_.wheel, [this] { give_up(); });
    deadline.set(longest_inquiry);
    const bool in = co_await log_in();
    if (in && !given_up_) co_await read();
    deadline.stop();
    if (!cut_short_) {
        co_await bmc_->close();
    } else if (!closed_) {
        co_await closing_.wait();
    }
    bmc_.reset();
}

asio::awaitable<bool> Inquiry::log_in() {
    for (int packet = 0; packet < packets_of_login; ++packet) network_.packets.overdraw();
    const Result<Answer> answer = co_await bmc_->ask(Priority::power, get_device_id());
    if (answer) {
        facts_.device = device_of(*answer);
        co_return true;
    }
    const Error& error = answer.error();
    another_suite_may_ = error.fault == Fault::refused || error.fault == Fault::timeout;
    turned_away_ = error.fault == Fault::unauthorized;
    const std::string label = bmc_->label();
    facts_.login->failure =
        error.text.starts_with(label) ? error.text.substr(label.size() + 1) : error.text;
    co_return false;
}

asio::awaitable<void> Inquiry::read() {
    if (!facts_.guid) {
        const auto answer = co_await ask(get_system_guid());
        if (answer) facts_.guid = parse_guid(*answer);
    }
    co_await read_power();
    co_await read_limit();
}

asio::awaitable<void> Inquiry::read_power() {
    facts_.power = Power{};
    const auto status = co_await ask(get_chassis_status());
    if (!status) co_return;
    const Chassis chassis = parse_chassis_status(*status);
    PowerSource source(*bmc_);
    auto sample = co_await source.read(chassis, nullptr);
    facts_.power->reason = source.reason();
    std::shared_ptr<const SensorTable> table;
    Sensors sensors(*bmc_, tables_);
    if (sample && !*sample && !given_up_) {
        const Result<void> updated = co_await sensors.update();
        table = sensors.table();
        if (updated && table) sample = co_await source.read(chassis, table.get());
    }
    if (!sample) facts_.power->reason = sample.error().text;
    if (!sample || !*sample) co_return;
    facts_.power->path = (*sample)->source;
    facts_.power->watts = (*sample)->watts;
}

asio::awaitable<void> Inquiry::read_limit() {
    const auto answer = co_await ask(get_power_limit());
    if (!answer) co_return;
    const auto reading = parse_power_limit(*answer);
    facts_.limit = Limit{};
    if (reading)
        facts_.limit = Limit{true, reading->active, reading->limit.watts, ""};
    else
        facts_.limit->reason =
            answer->completed() ? "the answer is not DCMI's" : explain(answer->completion_code);
}

}  // namespace frugald::ipmi::discover
