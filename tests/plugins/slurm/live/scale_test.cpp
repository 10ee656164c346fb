#include <sys/resource.h>

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/plugins/slurm/live/live.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

Milliseconds own_time() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
        return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

/// Of the running frugald-slurm, all its threads.
Milliseconds workers_time() {
    std::ifstream children{"/proc/self/task/" + std::to_string(::getpid()) + "/children"};
    for (std::string pid; children >> pid;) {
        std::ifstream file{"/proc/" + pid + "/comm"};
        std::string name;
        file >> name;
        if (name != "frugald-slurm") continue;
        std::ifstream in{"/proc/" + pid + "/stat"};
        const std::string stat{std::istreambuf_iterator<char>{in}, {}};
        std::istringstream fields{stat.substr(stat.rfind(')') + 2)};
        std::string skipped;
        for (int i = 0; i < 11; ++i) fields >> skipped;
        long user = 0, kernel = 0;
        fields >> user >> kernel;
        return Milliseconds{1000.0 * static_cast<double>(user + kernel) /
                            static_cast<double>(::sysconf(_SC_CLK_TCK))};
    }
    return {};
}

}  // namespace

TEST_CASE("10,000 nodes are read in at most 50 ms of processor time, and the loop never stands") {
    NEEDS_SLURM
    RealSlurm slurm{
        "PrivateData=cloud\n"
        "NodeName=c[00001-10000] State=CLOUD CPUs=4 RealMemory=1000\n"
        "PartitionName=cloud Nodes=c[00001-10000] MaxTime=INFINITE State=UP\n"};
    Driver driver{slurm.conf(), 15s};
    driver.read_until([](const SchedulerView& view) { return view.nodes.size() == 10004; });
    driver.worst_delay();
    constexpr int reads = 40;
    const auto own = own_time(), workers = workers_time();
    for (int i = 0; i < reads; ++i) REQUIRE(driver.read());
    const auto here = (own_time() - own) / reads, there = (workers_time() - workers) / reads;
    const auto delay = driver.worst_delay();
    MESSAGE("a read of 10,004 nodes takes " << here.count() << " ms of the daemon, "
                                            << there.count() << " ms of frugald-slurm; the loop "
                                            << "was late by " << delay.count() << " ms at most");
    CHECK((here + there) < 50ms);
    CHECK(delay < 50ms);
}
