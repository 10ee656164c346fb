#include "tests/plugins/snmp/simulator.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "daemon/ports/asio.h"
#include "plugins/snmp/engine.h"

namespace {

using namespace std::chrono_literals;
using frugald::asio::ip::udp;

void add_user(std::vector<std::string>& words, const char* user, const char* auth,
              const char* privacy) {
    for (const auto& word : {fmt::format("--v3-user={}", user),
                             fmt::format("--v3-auth-key={}", Simulator::auth_password),
                             fmt::format("--v3-auth-proto={}", auth)})
        words.push_back(word);
    if (!privacy) return;
    words.push_back(fmt::format("--v3-priv-key={}", Simulator::privacy_password));
    words.push_back(fmt::format("--v3-priv-proto={}", privacy));
}

}  // namespace

Simulator::Simulator(const std::filesystem::path& recordings, std::string address,
                     std::uint16_t port)
    : address_(std::move(address)), port_(port) {
    start(recordings);
    answers_ = agent_answers(*process_, address_, port_);
}

void Simulator::start(const std::filesystem::path& recordings) {
    const auto cache = scratch_.path() / "cache";
    std::filesystem::create_directory(cache);
    ::chmod(scratch_.path().c_str(), 0755);
    ::chmod(cache.c_str(), 0777);
    std::vector<std::string> words{"snmpsimd", "--data-dir=" + recordings.string(),
                                   "--cache-dir=" + cache.string(), "--max-varbinds=256",
                                   fmt::format("--agent-udpv4-endpoint={}:{}", address_, port_)};
    if (::geteuid() == 0)
        words.insert(words.end(), {"--process-user=nobody", "--process-group=nogroup"});
    add_user(words, "sha256", "SHA256", "AES");
    add_user(words, "sha256aes256", "SHA256", "AES256BLMT");
    add_user(words, "sha1", "SHA", "AES");
    add_user(words, "nopriv", "SHA256", nullptr);
    process_ = std::make_unique<Process>(std::move(words), scratch_.path() / "log");
}

bool agent_answers(const Process& agent, const std::string& address, std::uint16_t port) {
    frugald::asio::io_context loop;
    udp::socket socket{loop, udp::v4()};
    socket.connect({frugald::asio::ip::make_address(address), port});
    socket.non_blocking(true);
    const auto question = frugald::snmp::engine_question(1);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (agent.running() && std::chrono::steady_clock::now() < deadline) {
        boost::system::error_code ignored;
        socket.send(frugald::asio::buffer(question), 0, ignored);
        std::this_thread::sleep_for(50ms);
        char answer[2048];
        if (socket.receive(frugald::asio::buffer(answer), 0, ignored) > 0) return true;
    }
    return false;
}
