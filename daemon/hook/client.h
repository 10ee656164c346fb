#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "daemon/hook/message.h"

namespace frugald::hook {

/// Hands a message to the daemon and waits for its acknowledgement; never longer than until
/// `deadline`. Nothing, and a sentence in `problem`, when it is not known to have arrived: it may
/// have all the same.
std::optional<Ack> hand_over(const std::string& socket, const Message& message,
                             std::chrono::steady_clock::time_point deadline, std::string& problem);

}  // namespace frugald::hook
