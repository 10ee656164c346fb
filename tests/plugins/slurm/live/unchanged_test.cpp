// A quiet cluster costs little, and whatever changes is seen all the same.
#include <thread>

#include "plugins/slurm/link.h"
#include "tests/plugins/slurm/live/live.h"
#include "tests/plugins/slurm/live/worker_file.h"

using namespace frugald;
using namespace frugald::slurm;
using namespace std::chrono_literals;

namespace {

class Asking {
public:
    explicit Asking(const std::string& conf)
        : link_(loop_, {.program = std::filesystem::path{FRUGALD_PROGRAMS} / "frugald-slurm",
                        .conf = conf}) {}
    ~Asking() {
        auto job = [this]() -> asio::awaitable<void> { co_await link_.stop(); };
        run(job());
    }

    Reply ask(PictureNumber known) {
        Result<Reply> answer = fail(Fault::cancelled, "");
        auto job = [&]() -> asio::awaitable<void> {
            answer = co_await link_.ask(LoadRequest{known}, 10s);
        };
        run(job());
        REQUIRE_MESSAGE(answer, answer.error().text);
        return *std::move(answer);
    }
    /// Reads until slurmctld has had nothing new; the number of that picture.
    PictureNumber settle() {
        PictureNumber known = 0;
        for (int i = 0; i < 60; ++i) {
            const auto reply = ask(known);
            if (std::holds_alternative<Unchanged>(reply)) return known;
            known = std::get<Picture>(reply).number;
            std::this_thread::sleep_for(500ms);
        }
        FAIL("there was something new for 30 s");
        return 0;
    }

private:
    void run(asio::awaitable<void> job) {
        asio::co_spawn(loop_, std::move(job), asio::detached);
        loop_.restart();
        loop_.run();
    }
    asio::io_context loop_;
    WorkerLink link_;
};

bool drained(const Picture& picture, std::string_view name) {
    for (const auto& node : picture.nodes)
        if (node.name == name) return node.has(NodeFlag::drain);
    return false;
}

long resident_kib() {
    const auto status = worker_file("status");
    const auto line = status.find("VmRSS:");
    REQUIRE(line != std::string::npos);
    return std::stol(status.substr(line + 6));
}

}  // namespace

TEST_CASE("when nothing has changed no node is sent again, and every change is seen at once") {
    NEEDS_SLURM
    RealSlurm slurm;
    Asking asking{slurm.conf()};
    auto known = asking.settle();
    for (const bool drain : {true, false, true}) {
        slurm.command({"scontrol", "update", "nodename=n2", drain ? "state=drain" : "state=resume",
                       "reason=test"});
        const auto reply = asking.ask(known);
        REQUIRE(std::holds_alternative<Picture>(reply));
        CHECK(drained(std::get<Picture>(reply), "n2") == drain);
        known = std::get<Picture>(reply).number;
    }
    known = asking.settle();
    slurm.command({"sbatch", "-n1", "-w", "n1", "-o", "/dev/null", "--wrap", "sleep 60"});
    const auto reply = asking.ask(known);
    REQUIRE(std::holds_alternative<Picture>(reply));
    CHECK(std::get<Picture>(reply).jobs.size() == 1);
}

TEST_CASE("a plugin that has another picture, or none, gets all of it") {
    NEEDS_SLURM
    RealSlurm slurm;
    Asking asking{slurm.conf()};
    const auto known = asking.settle();
    for (const PictureNumber other : {PictureNumber{0}, known - 1, known + 1}) {
        const auto reply = asking.ask(other);
        REQUIRE(std::holds_alternative<Picture>(reply));
        CHECK(std::get<Picture>(reply).nodes.size() == 4);
    }
}

TEST_CASE("slurmctld's restart is a change: what it has forgotten is seen") {
    NEEDS_SLURM
    RealSlurm slurm;
    Asking asking{slurm.conf()};
    slurm.command({"scontrol", "update", "nodename=n4", "state=drain", "reason=test"});
    const auto known = asking.settle();
    slurm.kill_controller();
    slurm.start_controller();
    std::this_thread::sleep_for(2s);
    CHECK(std::holds_alternative<Picture>(asking.ask(known)));
}

TEST_CASE("4,000 reads of a changing cluster leave the worker as small as it was") {
    NEEDS_SLURM
    RealSlurm slurm{
        "PrivateData=cloud\n"
        "NodeName=c[001-500] State=CLOUD CPUs=4 RealMemory=1000\n"
        "PartitionName=cloud Nodes=c[001-500] MaxTime=INFINITE State=UP\n"};
    Asking asking{slurm.conf()};
    const auto reads = [&](int count) {
        for (int i = 0; i < count; ++i) {
            if (i % 500 == 0)  // after a change everything is sent for some seconds
                slurm.command({"scontrol", "update", "nodename=n3",
                               i % 1000 == 0 ? "state=drain" : "state=resume", "reason=test"});
            asking.ask(0);
        }
    };
    reads(300);
    const auto before = resident_kib();
    reads(4000);
    const auto after = resident_kib();
    MESSAGE("frugald-slurm: " << before << " KiB, after 4,000 more reads " << after << " KiB");
    constexpr long bound_kib = 512;  // 130 bytes a read
    CHECK(after - before < bound_kib);
}
