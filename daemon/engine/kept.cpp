// What the store has of the last run.

#include "daemon/engine/engine.h"

namespace frugald {

namespace {

constexpr std::chrono::hours day{24};
constexpr std::size_t most_actions = 200'000;

}  // namespace

Result<Engine::Kept> kept_in(Store& store) {
    Engine::Kept kept;
    auto open = store.open_actions();
    if (!open) return tl::unexpected<Error>(open.error());
    kept.open_actions = std::move(*open);
    const std::pair<const char*, Engine::Kept::Entries*> spaces[] = {
        {Holds::space, &kept.holds},
        {Caps::space, &kept.caps},
        {Modes::space, &kept.modes},
        {Identities::space, &kept.identities},
        {Quarantine::space, &kept.boot_failures},
        {Pue::space, &kept.pue},
        {Calibrations::space, &kept.calibrations},
        {Actuation::switched_on, &kept.switched_on},
        {Store::damage_space, &kept.damage},
        {JobLedger::space, &kept.ledger},
        {JobComments::space, &kept.job_comments},
    };
    for (const auto& [space, entries] : spaces) {
        auto all = store.all(space);
        if (!all) return tl::unexpected<Error>(all.error());
        *entries = std::move(*all);
    }
    if (auto* const jobs = store.jobs()) {
        auto unfinished = jobs->unfinished();
        if (!unfinished) return tl::unexpected<Error>(unfinished.error());
        kept.jobs = std::move(*unfinished);
    }
    auto lately = store.actions({"", Instant::now().wall - day, most_actions});
    if (!lately) return tl::unexpected<Error>(lately.error());
    for (auto& row : *lately) {
        const bool by_hand = row.record.actor.starts_with("uid ");
        if (row.record.action == to_string(ActionKind::suspend) && !by_hand)
            kept.suspends.push_back(std::move(row));
    }
    const auto events =
        store.events({"", Instant::now().wall - Doubts::starts.within, most_actions});
    if (!events) return tl::unexpected<Error>(events.error());
    for (const auto& event : *events)
        kept.starts += event.kind == "daemon" && event.text.starts_with("started");
    return kept;
}

}  // namespace frugald
