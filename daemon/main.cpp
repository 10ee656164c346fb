#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "daemon/core/log.h"
#include "daemon/service.h"

using namespace frugald;

namespace {

int list_plugins(const Options& options) {
    const auto config = load_config(options.config);
    const auto directory = plugin_directory(config ? config->daemon : DaemonConfig{});
    fmt::print("{}\n{}", directory.string(), describe(load_plugins(directory)));
    return exit_ok;
}

int report(const Result<void>& done, int otherwise) {
    if (done) return exit_ok;
    log::write_lines(log::Priority::error, done.error().text);
    return done.error().fault == Fault::invalid ? exit_config : otherwise;
}

/// One socket per hook that calls at the same moment, and no core file with secrets in it.
void set_process_limits() {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    prctl(PR_SET_DUMPABLE, 0);
}

int check_config(Service& service) {
    const auto prepared = service.prepare();
    if (prepared)
        fmt::print("the configuration is good: mode {}, {} managed nodes\n",
                   to_string(service.config().guard.mode), service.config().managed_nodes.size());
    return report(prepared, exit_failed);
}

int run(Service& service) {
    set_process_limits();
    if (const auto prepared = service.prepare(); !prepared) return report(prepared, exit_failed);
    if (const auto opened = service.open(); !opened) return report(opened, exit_failed);
    service.run();
    return exit_ok;
}

int release_caps(Service& service) {
    if (const auto prepared = service.prepare(); !prepared) return report(prepared, exit_failed);
    return report(service.release_caps(), exit_failed);
}

}  // namespace

int main(int argc, char** argv) try {
    int exit_code = exit_ok;
    const auto options = parse_options(argc, argv, exit_code);
    if (!options) return exit_code;
    if (options->list_plugins) return list_plugins(*options);
    Service service{*options};
    if (options->check_config) return check_config(service);
    if (options->release_economy_caps) return release_caps(service);
    return run(service);
} catch (const std::exception& failure) {
    log::error("frugald ends: {}", failure.what());
    return exit_failed;
}
