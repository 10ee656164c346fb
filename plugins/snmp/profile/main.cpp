#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "daemon/config/toml_file.h"
#include "plugins/snmp/profile/run.h"

namespace {

using namespace frugald::snmp::profile;

void write_all(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t size = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) ::_exit(1);  // nobody reads any more
        done += static_cast<std::size_t>(size);
    }
}

/// Beside the program of a build tree, else the installed place.
std::filesystem::path profiles_directory() {
    std::error_code unknown;
    const auto near =
        std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path().parent_path() /
        "share/frugald/profiles";
    const std::filesystem::path installed{FRUGALD_PROFILES_DIRECTORY};
    return (std::filesystem::exists(near, unknown) ? near : installed) / "pdu";
}

}  // namespace

int main(int argc, char** argv) {
    prctl(PR_SET_DUMPABLE, 0);  // no core file: it would hold the passwords
    std::signal(SIGPIPE, SIG_IGN);
    int exit_code = 0;
    const auto options = read_options(argc, argv, profiles_directory(), exit_code);
    if (!options) return exit_code;
    return run(*options, frugald::read_toml, write_all);
}
