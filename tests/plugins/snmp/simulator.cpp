#include "tests/plugins/snmp/simulator.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
    answers_ = process_ > 0 && wait_for_answer();
}

void Simulator::start(const std::filesystem::path& recordings) {
    const auto cache = scratch_.path() / "cache";
    std::filesystem::create_directory(cache);
    ::chmod(scratch_.path().c_str(), 0755);
    ::chmod(cache.c_str(), 0777);
    // `timeout` ends it also when this program dies before it can.
    std::vector<std::string> words{"timeout",
                                   "-k",
                                   "2",
                                   "200",
                                   "snmpsimd",
                                   "--data-dir=" + recordings.string(),
                                   "--cache-dir=" + cache.string(),
                                   "--max-varbinds=256",
                                   fmt::format("--agent-udpv4-endpoint={}:{}", address_, port_)};
    if (::geteuid() == 0)
        words.insert(words.end(), {"--process-user=nobody", "--process-group=nogroup"});
    add_user(words, "sha256", "SHA256", "AES");
    add_user(words, "sha256aes256", "SHA256", "AES256BLMT");
    add_user(words, "sha1", "SHA", "AES");
    add_user(words, "nopriv", "SHA256", nullptr);
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto log = (scratch_.path() / "log").string();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (::posix_spawnp(&process_, "timeout", &files, nullptr, arguments.data(), ::environ) != 0)
        process_ = 0;
    posix_spawn_file_actions_destroy(&files);
}

bool Simulator::wait_for_answer() const {
    frugald::asio::io_context loop;
    udp::socket socket{loop, udp::v4()};
    socket.connect({frugald::asio::ip::make_address(address_), port_});
    socket.non_blocking(true);
    const auto question = frugald::snmp::engine_question(1);
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (::waitpid(process_, nullptr, WNOHANG) != 0) return false;
        boost::system::error_code ignored;
        socket.send(frugald::asio::buffer(question), 0, ignored);
        std::this_thread::sleep_for(50ms);
        char answer[2048];
        if (socket.receive(frugald::asio::buffer(answer), 0, ignored) > 0) return true;
    }
    return false;
}

Simulator::~Simulator() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
}
