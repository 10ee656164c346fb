#pragma once

#include <string>

#include "daemon/core/history.h"

namespace frugald {

/// Where systemd's journal takes native entries from this process: what the environment variable
/// FRUGALD_JOURNAL_SOCKET says, else the usual socket if stderr is the journal (JOURNAL_STREAM),
/// else nowhere (empty).
std::string journal_socket();

/// The audit as native entries of systemd's journal, so that `journalctl FRUGALD_NODE=n1` finds
/// them. A copy for people: it never waits, and what the journal does not take at once is not sent
/// again. Kinds without a MESSAGE_ID (docs/audit.md) are not sent.
class Journald {
public:
    explicit Journald(std::string socket) : socket_(std::move(socket)) {}
    void send(const HistoryEntry& entry) const;

private:
    std::string socket_;
};

}  // namespace frugald
