#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/core/result.h"
#include "plugins/snmp/waiter.h"

namespace frugald::snmp {

/// The identity and clock of an SNMPv3 agent (RFC 3414 section 2).
struct Engine {
    std::string id;  // 5 to 32 bytes
    std::uint32_t boots = 0;
    std::uint32_t time_s = 0;
};

/// How long to wait for an answer, and how often to ask.
struct Patience {
    std::chrono::milliseconds timeout{1000};
    int attempts = 2;
};

/// The question of RFC 3414 section 4, which every agent answers with a report.
std::string engine_question(std::uint32_t message_id);
/// The engine in an answer to the question with this number; absent if it is anything else.
std::optional<Engine> engine_in_answer(std::string_view answer, std::uint32_t message_id);

/// Asks an agent who it is. libnetsnmp would do so itself, but blocking.
asio::awaitable<Result<Engine>> discover_engine(asio::ip::udp::endpoint agent, Patience patience,
                                                Waiter& waiter);

}  // namespace frugald::snmp
