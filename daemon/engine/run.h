#pragma once

#include <optional>
#include <string>

#include "daemon/engine/actuation.h"

namespace frugald {

/// One request being carried out. Every step that changes a node goes through `command`, which
/// asks the guard on fresh state, journals, and sends.
class Run {
public:
    Run(Tools& tools, Lane& lane, IntentPtr intent, const bool& stopping)
        : tools_(tools), lane_(lane), intent_(std::move(intent)), stopping_(stopping) {}

    Intent& intent() { return *intent_; }
    Tools& tools() { return tools_; }
    Lane& lane() { return lane_; }

    /// A newer request has come, this one is over, or the daemon stops: send nothing more.
    bool over() const { return stopping_ || lane_.newest != intent_ || intent_->result; }
    bool late() const { return Instant::now().reached(intent_->deadline); }

    /// Two polling rounds of this node since the start, asked for rather than waited for (N11).
    /// False when the request is over before.
    asio::awaitable<bool> settle();
    /// The chassis state, asked of the BMC now.
    asio::awaitable<Result<Chassis>> look();
    /// Guard on fresh state, journal, send. Fault::refused is the guard's or the BMC's no.
    asio::awaitable<Result<void>> command(ActionKind kind, PowerCommand what);
    /// Reads back until the chassis is `wanted`; false when it is not within `verify_for`.
    asio::awaitable<bool> becomes(Chassis wanted);
    /// Power as wanted: command and read-back, up to the configured attempts.
    asio::awaitable<Result<void>> bring_to(Chassis wanted, ActionKind kind);

    void stage(std::string name, std::string detail = {});
    void note(std::string kind, std::string text);
    void finish(std::string result, std::string detail);
    /// Finishes with what an error means: refused by the guard, expired, or failed.
    void finish_with(const Error& error);

private:
    Action action(ActionKind kind) const;
    GuardFacts facts(const Action& wanted) const;
    Verdict ask_guard(ActionKind kind) const;
    /// Both outlive the call.
    asio::awaitable<void> announce(const Action& wanted, const GuardFacts& seen, std::string text);
    Error refusal(ActionKind kind, PowerCommand what, const Verdict& verdict);
    void remember_switched_on(bool on);
    void note_doubt(const std::string& rule);
    /// In its turn to start, as the power tree can bear it (N3); false when no longer wanted.
    asio::awaitable<bool> admitted();

    Tools& tools_;
    Lane& lane_;
    IntentPtr intent_;
    const bool& stopping_;
    std::string last_refusal_;  // rule; a refusal that repeats is told once
};

/// Does what the request wants and finishes it, unless it is overtaken.
asio::awaitable<void> carry_out(Run& run);

asio::awaitable<void> suspend_node(Run& run);
asio::awaitable<void> resume_node(Run& run);
asio::awaitable<void> resume_failed(Run& run);
asio::awaitable<void> admin_power(Run& run);

}  // namespace frugald
