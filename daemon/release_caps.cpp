// frugald --release-economy-caps: what ExecStopPost runs when the daemon is gone, however it went.

#include <fmt/format.h>

#include "daemon/core/log.h"
#include "daemon/service.h"

namespace frugald {

namespace {

constexpr std::chrono::seconds patience{20};

}  // namespace

asio::awaitable<void> Service::stop_engine_only() {
    co_await engine_->stop();
    loop_.stop();
}

Result<void> Service::release_caps() {
    // Limits are not taken from a damaged file: the next start recovers it first.
    auto store = Store::open(config_.daemon.state_directory, OnDamage::refuse);
    if (!store) return tl::unexpected<Error>(store.error());
    store_ = std::move(*store);
    const auto caps = store_->all(Caps::space);
    if (!caps) return tl::unexpected<Error>(caps.error());
    if (caps->empty()) return {};
    engine_ = std::make_unique<Engine>(loop_, workers_.get_executor(), *store_, measurements_,
                                       config_, [](const std::shared_ptr<const Snapshot>&) {});
    engine_->start_idle(std::move(made_.modules), *caps);
    asio::co_spawn(loop_, stop_engine_only(), asio::detached);
    loop_.run_for(patience);
    const auto left = engine_->caps().capped();
    workers_.join();
    if (left.empty()) return {};
    return fail(Fault::timeout,
                fmt::format("{} caps could not be released; they end only by the BMC or by "
                            "frugald's next start",
                            left.size()));
}

}  // namespace frugald
