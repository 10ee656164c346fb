#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "daemon/ctl/run.h"

int main(int argc, char** argv) try {
    const char* const no_color = std::getenv("NO_COLOR");
    const bool colors = isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
    const bool asks = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    const char* const type = std::getenv("TERM");
    const bool screen =
        isatty(STDOUT_FILENO) == 1 && type != nullptr && std::strcmp(type, "dumb") != 0;
    return frugald::ctl::run(argc, argv,
                             {std::cout, std::cerr, std::cin, asks, colors, false, screen});
} catch (const std::exception& error) {
    std::cerr << "frugalctl: " << error.what() << '\n';
    return frugald::ctl::exit_some_failed;
}
