#pragma once

#include <string>

namespace frugald::hook {

/// Where the daemon listens, and where messages wait when it does not.
struct Places {
    std::string socket = "/run/frugald/hook.sock";
    std::string spool = "/var/spool/frugald";
    std::string problem;  // what is wrong with hook.conf; the defaults are used for that part
};

/// From `hook.conf` in the folder of `program`, else /etc/frugald/hook.conf, else the defaults.
/// Lines `socket=PATH`, `spool=DIRECTORY`, `# comment`.
Places find_places(const std::string& program);

}  // namespace frugald::hook
