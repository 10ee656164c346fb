#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;

namespace {

const std::filesystem::path source{FRUGALD_SOURCE};

bool present(const char* program) {
    if (std::system(fmt::format("command -v {} >/dev/null", program).c_str()) == 0) return true;
    MESSAGE("skipped: " << program << " is not present");
    return false;
}

std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
}

/// A Prometheus of our own, in a directory that goes with it.
class Prometheus {
public:
    explicit Prometheus(std::uint16_t target) : port_(free_port()) {
        std::string name =
            (std::filesystem::temp_directory_path() / "frugald-prometheus-XXXXXX").string();
        directory_ = mkdtemp(name.data());
        std::ofstream{directory_ / "prometheus.yml"} << fmt::format(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n"
            "rule_files: ['{}/config/prometheus/frugald.rules.yml']\n"
            "scrape_configs:\n"
            "  - {{job_name: frugald, static_configs: [{{targets: ['127.0.0.1:{}']}}]}}\n",
            source.string(), target);
        start();
    }
    ~Prometheus() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        std::filesystem::remove_all(directory_);
    }
    Prometheus(const Prometheus&) = delete;
    Prometheus& operator=(const Prometheus&) = delete;

    std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
    std::string log() const {
        std::ifstream file{directory_ / "log"};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

private:
    void start() {
        const std::vector<std::string> words{
            "prometheus", fmt::format("--config.file={}", (directory_ / "prometheus.yml").string()),
            fmt::format("--storage.tsdb.path={}", (directory_ / "data").string()),
            fmt::format("--web.listen-address=127.0.0.1:{}", port_)};
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        const std::string log = (directory_ / "log").string();
        posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT, 0600);
        posix_spawn_file_actions_adddup2(&files, 1, 2);
        REQUIRE(posix_spawnp(&pid_, "prometheus", &files, nullptr, arguments.data(), environ) == 0);
        posix_spawn_file_actions_destroy(&files);
    }

    std::uint16_t port_;
    std::filesystem::path directory_;
    pid_t pid_ = -1;
};

/// Publishes the next round of the sample ten times a second, as long as it lives.
class Rounds {
public:
    explicit Rounds(test::RunningServer& server)
        : thread_{[this, &server] {
              for (unsigned round = 1; !ended_; ++round) {
                  server.publish(test::sample_snapshot(60, round));
                  std::this_thread::sleep_for(std::chrono::milliseconds{100});
              }
          }} {}
    ~Rounds() {
        ended_ = true;
        thread_.join();
    }
    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

private:
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

}  // namespace

TEST_CASE("every panel of the dashboard shows data of a Prometheus that scrapes frugald") {
    if (!present("prometheus") || !present("python3")) return;
    test::RunningServer server{test::sample_snapshot(60)};
    const Rounds rounds{server};
    const Prometheus prometheus{server.port()};
    const auto checker = source / "tests/daemon/export/check_dashboard.py";
    const int status = std::system(
        fmt::format("{} {} --strict --wait 60", checker.string(), prometheus.url()).c_str());
    CHECK_MESSAGE(status == 0, prometheus.log());
}

TEST_CASE("the alert rules are well-formed and do what they say") {
    if (!present("promtool")) return;
    const auto rules = source / "config/prometheus/frugald.rules.yml";
    CHECK(std::system(fmt::format("promtool check rules {}", rules.string()).c_str()) == 0);
    for (const char* const name : {"frugald.rules_test.yml", "frugald.rules_long_test.yml"}) {
        const auto file = source / "tests/daemon/export" / name;
        CHECK(std::system(fmt::format("promtool test rules {}", file.string()).c_str()) == 0);
    }
}
