#include "daemon/hook/hygiene.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace frugald::hook {

void clean_process() {
    int fd = 0;
    while (fd >= 0 && fd <= 2) fd = ::open("/dev/null", O_RDWR | O_NOCTTY);
    if (fd > 2) ::close(fd);
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace frugald::hook
