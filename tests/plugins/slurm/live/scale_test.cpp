#include <sys/resource.h>

#include <unistd.h>

#include <sstream>
#include <thread>

#include "tests/plugins/slurm/live/live.h"
#include "tests/plugins/slurm/live/worker_file.h"
#include "tests/support/sanitized.h"

using namespace frugald;
using namespace std::chrono_literals;

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int slower = sanitized ? 4 : 1;

Milliseconds own_time() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
        return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

/// The processor time of all threads of the running frugald-slurm.
Milliseconds workers_time() {
    std::istringstream fields{worker_file("stat")};
    std::string skipped;
    for (int i = 0; i < 13; ++i) fields >> skipped;
    long user = 0, kernel = 0;
    fields >> user >> kernel;
    return Milliseconds{1000.0 * static_cast<double>(user + kernel) /
                        static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

struct Cost {
    Milliseconds daemon, worker;
    std::chrono::milliseconds delay;
};

Cost cost_of_a_read(Driver& driver, int reads) {
    driver.worst_delay();
    const auto own = own_time(), workers = workers_time();
    for (int i = 0; i < reads; ++i) REQUIRE(driver.read());
    return {(own_time() - own) / reads, (workers_time() - workers) / reads, driver.worst_delay()};
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
    const auto changing = cost_of_a_read(driver, 40);
    MESSAGE("a read of 10,004 nodes takes "
            << changing.daemon.count() << " ms of the daemon, " << changing.worker.count()
            << " ms of frugald-slurm; the loop was late by " << changing.delay.count()
            << " ms at most");
    CHECK((changing.daemon + changing.worker) < 50ms * slower);
    CHECK(changing.delay < 50ms * slower);
    std::this_thread::sleep_for(5s);
    const auto quiet = cost_of_a_read(driver, 100);
    MESSAGE("when nothing has changed: " << quiet.daemon.count() << " ms and "
                                         << quiet.worker.count() << " ms");
    CHECK(quiet.worker < changing.worker / 2);
    CHECK(quiet.daemon < changing.daemon);
}
