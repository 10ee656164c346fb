#pragma once

#include "plugins/ipmi/discover/sessionless.h"
#include "plugins/ipmi/setup_codec.h"

namespace frugald::ipmi::discover {

/// What one BMC says without a session. Ends early when the link is cancelled.
class Probe {
public:
    Probe(Network& network, Link& link, Facts& facts)
        : network_(network), link_(link), facts_(facts) {}

    /// Presence, capabilities, cipher suites, GUID. `answered` stays false when nobody is there.
    asio::awaitable<void> look();
    /// Open Session requests, never followed by a login: the half-open session that an acceptance
    /// leaves is the BMC's to forget, within a minute.
    asio::awaitable<void> offer_best_suite();
    asio::awaitable<void> offer_suite_0();

private:
    asio::awaitable<std::optional<Answer>> ask(Request request);
    asio::awaitable<void> ask_capabilities();
    asio::awaitable<void> ask_suites();
    asio::awaitable<std::optional<Offer>> offer(CipherSuite suite);
    asio::awaitable<Ending> run(Exchange& exchange, unsigned attempts);

    Network& network_;
    Link& link_;
    Facts& facts_;
    Format format_ = Format::ipmi_1_5;
};

/// Waits until the rate allows another packet.
asio::awaitable<void> pace(Network& network);

}  // namespace frugald::ipmi::discover
