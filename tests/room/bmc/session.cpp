#include "tests/room/bmc/session.h"

namespace frugald::room {

namespace {
constexpr std::uint32_t reach = 16;
}

bool SequenceWindow::accept(std::uint32_t number) {
    if (number == 0) return false;
    const std::uint32_t ahead = number - highest_;
    if (ahead == 0) return false;
    if (ahead <= reach) {
        seen_ = (seen_ << ahead) | 1U;
        highest_ = number;
        return true;
    }
    const std::uint32_t behind = highest_ - number;
    if (behind > reach || ((seen_ >> behind) & 1U) != 0) return false;
    seen_ |= 1U << behind;
    return true;
}

Session* Sessions::at(std::size_t slot, TimePoint now) {
    auto& session = sessions_[slot];
    if (session && session->last_used + (session->active ? timeout : handshake_timeout) < now)
        session.reset();
    return session.get();
}

Session* Sessions::open(std::uint32_t console_id, std::uint32_t random, TimePoint now) {
    std::size_t chosen = slots;
    for (std::size_t slot = slots; slot-- > 0;) {
        const Session* session = at(slot, now);
        if (session == nullptr) {
            chosen = slot;
        } else if (!session->active && session->console_id == console_id) {
            chosen = slot;
            break;
        }
    }
    if (chosen == slots) return nullptr;
    sessions_[chosen] = std::make_unique<Session>();
    Session& made = *sessions_[chosen];
    made.id = (random << 2) | static_cast<std::uint32_t>(chosen);
    if (made.id < slots) made.id += slots;  // 0 means "outside a session"
    made.console_id = console_id;
    made.last_used = now;
    made.handshake = std::make_unique<Handshake>();
    return &made;
}

Session* Sessions::find(std::uint32_t id, TimePoint now) {
    Session* session = at(id % slots, now);
    return session != nullptr && session->id == id ? session : nullptr;
}

void Sessions::close(std::uint32_t id) {
    auto& session = sessions_[id % slots];
    if (session && session->id == id) session.reset();
}

void Sessions::close_all() {
    for (auto& session : sessions_) session.reset();
}

std::size_t Sessions::count(TimePoint now) {
    std::size_t busy = 0;
    for (std::size_t slot = 0; slot < slots; ++slot) {
        const Session* session = at(slot, now);
        busy += session != nullptr && session->active;
    }
    return busy;
}

}  // namespace frugald::room
