#include <sys/prctl.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>

#include "plugins/ipmi/discover/options.h"
#include "plugins/ipmi/discover/report.h"

namespace {

using namespace frugald::ipmi::discover;

bool write_all(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t size = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        done += static_cast<std::size_t>(size);
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    prctl(PR_SET_DUMPABLE, 0);  // no core file: it would hold the password
    int exit_code = 0;
    const auto plan = read_options(argc, argv, exit_code);
    if (!plan) return exit_code;
    std::signal(SIGPIPE, SIG_IGN);
    ipmi_rmcpplus_init();
    frugald::asio::io_context loop;
    Survey survey(loop, *plan, [](const Facts& facts) { return write_all(report(facts)); });
    frugald::asio::signal_set signals(loop, SIGINT, SIGTERM, SIGHUP);
    signals.async_wait([&survey](boost::system::error_code error, int) {
        if (!error) survey.stop();
    });
    survey.run();
    // A lookup of a name may be under way, which nothing can end.
    if (survey.stopped()) ::_exit(1);
    return 0;
}
