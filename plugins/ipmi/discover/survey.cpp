#include "plugins/ipmi/discover/survey.h"

#include <fmt/format.h>

#include <algorithm>

namespace frugald::ipmi::discover {
namespace {

constexpr std::size_t most_at_a_time = 1024, fewest_at_a_time = 4;
constexpr std::chrono::milliseconds longest_stop{2500};

// In a set for as long as it lives.
template <class T>
class Listed {
public:
    Listed(std::set<T*>& set, T& thing) : set_(set), thing_(thing) { set_.insert(&thing); }
    ~Listed() { set_.erase(&thing_); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

private:
    std::set<T*>& set_;
    T& thing_;
};

// Enough to use up the rate while nobody answers; more would only wait for each other's packets,
// with sessions open.
std::size_t at_a_time(const NetworkConfig& network) {
    const std::chrono::duration<double> silence = network.retransmit;
    const double packets_meanwhile = network.packets_per_s * silence.count();
    return std::clamp(static_cast<std::size_t>(packets_meanwhile), fewest_at_a_time,
                      most_at_a_time);
}

bool lists(const Facts& facts, std::uint8_t suite) {
    return !facts.suites || std::ranges::count(*facts.suites, suite) > 0;
}

}  // namespace

Survey::Survey(asio::io_context& loop, const Plan& plan, Found found)
    : loop_(loop),
      plan_(plan),
      found_(std::move(found)),
      network_(loop, plan.network),
      last_call_(loop) {}

void Survey::run() {
    workers_ = std::min(plan_.targets.size(), at_a_time(plan_.network));
    for (std::size_t i = 0, count = workers_; i < count; ++i)
        asio::co_spawn(loop_, work(), asio::detached);
    if (workers_ > 0) loop_.run();
}

void Survey::stop() {
    if (stopping_) return;
    stopping_ = true;
    network_.packets.open();
    network_.sessions.open();
    // Each may remove itself, or its successor, while it is told.
    const std::vector<Inquiry*> inquiries(inquiries_.begin(), inquiries_.end());
    for (Inquiry* const inquiry : inquiries)
        if (inquiries_.contains(inquiry)) inquiry->give_up();
    const std::vector<Link*> links(links_.begin(), links_.end());
    for (Link* const link : links)
        if (links_.contains(link)) link->cancel();
    last_call_.expires_after(longest_stop);
    last_call_.async_wait([this](boost::system::error_code) { loop_.stop(); });
}

asio::awaitable<void> Survey::work() {
    while (!stopping_ && next_ < plan_.targets.size()) {
        Facts facts;
        facts.target = plan_.targets[next_++];
        co_await look_at(facts);
        if (!stopping_ && !found_(facts)) stop();
    }
    if (--workers_ == 0) loop_.stop();
}

asio::awaitable<void> Survey::look_at(Facts& facts) {
    const auto address = co_await find_address(facts);
    if (!address || stopping_) co_return;
    const Endpoint endpoint(*address, facts.target.port);
    facts.address = address->to_string();
    const auto [other, first] = nodes_.try_emplace(endpoint, facts.target.node);
    if (!first) {
        facts.failure = fmt::format("has the address {} of {}'s BMC", facts.address, other->second);
        co_return;
    }
    co_await probe(endpoint, facts);
    if (facts.answered && plan_.credentials && !stopping_) co_await inquire(facts);
    if (facts.answered && !stopping_) co_await offer_suite_0(endpoint, facts);
}

asio::awaitable<std::optional<asio::ip::address>> Survey::find_address(Facts& facts) {
    boost::system::error_code error;
    const auto number = asio::ip::make_address(facts.target.host, error);
    if (!error) co_return number;
    asio::ip::udp::resolver resolver(loop_);
    const auto [failure, found] =
        co_await resolver.async_resolve(facts.target.host, "", asio::as_tuple(asio::use_awaitable));
    if (failure || found.empty()) {
        facts.failure = fmt::format("has no address ({}); check the name, DNS or /etc/hosts",
                                    failure.message());
        co_return std::nullopt;
    }
    for (const auto& entry : found)
        if (entry.endpoint().address().is_v4()) co_return entry.endpoint().address();
    co_return found.begin()->endpoint().address();
}

asio::awaitable<void> Survey::probe(const Endpoint& endpoint, Facts& facts) {
    Link link(network_);
    const Listed listed(links_, link);
    const Result<bool> connected = link.connect(endpoint);
    if (!connected) {
        facts.failure = connected.error().text;
        co_return;
    }
    Probe probe(network_, link, facts);
    co_await probe.look();
    if (!facts.answered)
        facts.failure = fmt::format("does not answer on UDP port {}", facts.target.port);
    if (facts.answered && !plan_.credentials && !stopping_) co_await probe.offer_best_suite();
}

asio::awaitable<void> Survey::inquire(Facts& facts) {
    for (const std::uint8_t suite : {std::uint8_t{17}, std::uint8_t{3}}) {
        if (suite == 17 && !lists(facts, 17) && lists(facts, 3)) continue;
        Inquiry inquiry(network_, tables_, *plan_.credentials, facts);
        const Listed listed(inquiries_, inquiry);
        co_await inquiry.run(suite, false);
        if (inquiry.turned_away() && !stopping_) {
            // Another wrong password could lock the user out: once more only where the BMC's own
            // answer asks for the workaround.
            Link link(network_);
            const Listed listed_link(links_, link);
            const auto connected =
                link.connect(Endpoint(asio::ip::make_address(facts.address), facts.target.port));
            Probe probe(network_, link, facts);
            if (connected && *connected) co_await probe.offer_best_suite();
            link.disconnect();
            const bool echo =
                facts.offer && facts.offer->status == 0 && facts.offer->privilege == 0;
            if (echo && !stopping_) co_await inquiry.run(suite, true);
        }
        if (!inquiry.another_suite_may() || stopping_) break;
    }
}

asio::awaitable<void> Survey::offer_suite_0(const Endpoint& endpoint, Facts& facts) {
    Link link(network_);
    const Listed listed(links_, link);
    const Result<bool> connected = link.connect(endpoint);
    if (!connected || !*connected) co_return;
    Probe probe(network_, link, facts);
    co_await probe.offer_suite_0();
}

}  // namespace frugald::ipmi::discover
