#include <algorithm>
#include <memory>
#include <thread>

#include "tests/daemon/hook/site.h"

using Behaviour = HookServer::Behaviour;

TEST_CASE("64 hooks at once: none is lost") {
    const Site site;
    HookServer server{site.socket(), Behaviour::accept};
    std::vector<std::chrono::milliseconds> took(64);
    std::vector<int> codes(64, -1);
    {
        std::vector<std::jthread> callers;
        for (std::size_t i = 0; i < took.size(); ++i)
            callers.emplace_back([&, i] {
                HookProcess hook{site.path(),
                                 {.arguments = {std::string{"n"}.append(std::to_string(i))}}};
                codes[i] = hook.wait();
                took[i] = hook.took();
            });
    }
    const auto taken = std::ranges::count(codes, 0);
    CHECK(server.messages().size() >= static_cast<std::size_t>(taken));
    CHECK(static_cast<std::size_t>(taken) + site.files_in_spool() == 64);
    CHECK(taken > 0);
    MESSAGE("slowest of 64 hooks at once: " << std::ranges::max(took).count() << " ms");
    CHECK(std::ranges::max(took) < allowed_time);
}

TEST_CASE("S7: a stalled daemon with a full queue costs two seconds, and loses nothing") {
    const Site site;
    HookServer server{site.socket(), Behaviour::never_accept, 0};
    std::vector<std::unique_ptr<HookProcess>> hooks;
    for (int i = 0; i < 8; ++i)
        hooks.push_back(std::make_unique<HookProcess>(site.path(), HookProcess::Start{}));
    for (auto& hook : hooks) CHECK(hook->wait() == 1);
    CHECK(site.spooled().size() == 8);
}
