// frugald-slurm: the only program of frugald that is linked with libslurm, which may block its
// caller for 77 s and end the process. Started by the slurm plugin; ends with the daemon.

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>

#include "plugins/slurm/worker/channel.h"
#include "plugins/slurm/worker/compat.h"
#include "plugins/slurm/worker/library.h"
#include "plugins/slurm/worker/waiting_for.h"

namespace {

using namespace frugald;
using namespace frugald::slurm;

constexpr int misused = 2;

bool started_by_daemon() {
    struct stat about {};
    return fstat(daemon_fd, &about) == 0 && S_ISSOCK(about.st_mode);
}

Reply overrun(const Request& request) {
    return Error{Fault::timeout,
                 fmt::format("{} does not answer: nothing within {:.1f} s", waiting_for(),
                             std::chrono::duration<double>(request.limit).count())};
}

/// True: ready for the next request.
bool serve(Library& library, const std::string& message) {
    auto request = decode_request(message);
    if (!request) {
        send(encode(Reply{request.error()}));
        return false;
    }
    auto ask = [&library, &request] { return library.answer(*request); };
    auto answer = std::async(std::launch::async, ask);
    if (answer.wait_for(request->limit) == std::future_status::ready)
        return send(encode(answer.get()));
    send(encode(overrun(*request)));
    std::_Exit(EXIT_FAILURE);  // the call cannot be ended in any other way
}

}  // namespace

int main() {
    const char* conf = std::getenv("SLURM_CONF");
    if (!started_by_daemon() || !conf) {
        fmt::print(stderr,
                   "frugald-slurm (built for Slurm {}.{:02}) is started by frugald, not "
                   "by hand\n",
                   SLURM_VERSION_MAJOR(SLURM_VERSION_NUMBER),
                   SLURM_VERSION_MINOR(SLURM_VERSION_NUMBER));
        return misused;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);
    Library library{conf};
    std::string message;
    while (receive(message) && serve(library, message)) {
    }
    return 0;
}
