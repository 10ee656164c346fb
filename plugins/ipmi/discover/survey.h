#pragma once

#include <map>
#include <set>

#include "plugins/ipmi/discover/inquiry.h"
#include "plugins/ipmi/discover/probe.h"

namespace frugald::ipmi::discover {

struct Plan {
    std::vector<Candidate> targets;
    std::optional<Credentials> credentials;  // absent: only what BMCs tell anybody
    NetworkConfig network;
};

/// Looks at all targets, many at a time, as fast as the rate allows; each is told to `found` once.
class Survey {
public:
    /// False: nobody listens any more.
    using Found = std::function<bool(const Facts&)>;

    Survey(asio::io_context& loop, const Plan& plan, Found found);

    /// Returns when all is done, or shortly after `stop`.
    void run();
    /// Ends what is under way; open sessions are closed.
    void stop();
    bool stopped() const { return stopping_; }

private:
    asio::awaitable<void> work();
    asio::awaitable<void> look_at(Facts& facts);
    asio::awaitable<std::optional<asio::ip::address>> find_address(Facts& facts);
    asio::awaitable<void> probe(const Endpoint& endpoint, Facts& facts);
    asio::awaitable<void> inquire(Facts& facts);
    asio::awaitable<void> offer_suite_0(const Endpoint& endpoint, Facts& facts);

    asio::io_context& loop_;
    const Plan& plan_;
    Found found_;
    Network network_;
    SensorTables tables_;
    asio::steady_timer last_call_;
    std::size_t next_ = 0;
    std::size_t workers_ = 0;
    std::map<Endpoint, std::string> nodes_;  // whose address it turned out to be
    std::set<Link*> links_;                  // in use
    std::set<Inquiry*> inquiries_;
    bool stopping_ = false;
};

}  // namespace frugald::ipmi::discover
