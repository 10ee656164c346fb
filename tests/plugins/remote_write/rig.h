#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/engine/measurements.h"
#include "plugins/remote_write/module.h"
#include "tests/plugins/remote_write/decode.h"
#include "tests/support/scratch.h"

namespace frugald::test {

/// The module between the daemon's own store of measurements and a receiver, as the daemon runs
/// it, but with little patience.
class Rig {
public:
    Rig();
    ~Rig();

    asio::io_context& loop() { return loop_; }
    Measurements& measurements() { return *measurements_; }
    const Scratch& scratch() const { return scratch_; }
    remote_write::Config& config() { return config_; }
    void send_to(unsigned short port) { config_.url = *remote_write::parse_url(url(port)); }
    static std::string url(unsigned short port);

    /// Makes the module by `config` and gives it a picture.
    void start(std::shared_ptr<const Snapshot> picture = std::make_shared<Snapshot>());
    /// How long it took.
    std::chrono::milliseconds stop();
    /// As the daemon would be restarted: module and store.
    void restart();
    const remote_write::Sender& sender() const { return module_->sender(); }
    bool runs() const { return module_ != nullptr; }

    void store(std::vector<Sample> samples, WallTime taken);
    bool run_until(const std::function<bool()>& enough,
                   std::chrono::milliseconds at_most = std::chrono::seconds{30});
    void run_for(std::chrono::milliseconds time);
    /// Until the cursor is where the store is complete.
    bool send_all();

    template <class T>
    T wait_for(asio::awaitable<T> what) {
        std::optional<T> answer;
        const auto keep = [&answer](std::exception_ptr broken, T value) {
            if (broken) std::rethrow_exception(broken);
            answer = std::move(value);
        };
        asio::co_spawn(loop_, std::move(what), keep);
        run_until([&] { return answer.has_value(); });
        return std::move(*answer);
    }

private:
    PluginHost host();

    Scratch scratch_;
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy_{loop_.get_executor()};
    asio::thread_pool workers_{2};
    std::unique_ptr<Measurements> measurements_;
    remote_write::Config config_;
    std::unique_ptr<remote_write::RemoteWriteModule> module_;
};

/// A reading of a node.
Sample reading(const std::string& node, WallTime at, double value,
               Quantity quantity = Quantity::power_watts, const std::string& sensor = {});

/// Rounds of two nodes, 10 s apart, each poll some ms late: power, and two temperatures. They are
/// stored as they come.
class Rounds {
public:
    Rounds(Rig& rig, WallTime first, unsigned nodes = 2) : rig_(rig), at_(first), nodes_(nodes) {}
    void store(unsigned count);
    WallTime at() const { return at_; }
    /// All that was stored, as it should arrive.
    const Received& expected() const { return expected_; }
    /// Those of before `end`.
    Received expected_before(WallTime end) const;

private:
    Rig& rig_;
    WallTime at_;
    const unsigned nodes_;
    unsigned round_ = 0;
    Received expected_;
};

}  // namespace frugald::test
