#include "daemon/hook/places.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "daemon/hook/bytes.h"

namespace frugald::hook {

namespace {

constexpr std::size_t longest_conf = 4096;

void read_line(const std::string& line, Places& places) {
    if (line.empty() || line[0] == '#') return;
    const auto split = line.find('=');
    const auto key = line.substr(0, split);
    const auto value = split == std::string::npos ? "" : line.substr(split + 1);
    if (key == "socket" && value.starts_with('/'))
        places.socket = value;
    else if (key == "spool" && value.starts_with('/'))
        places.spool = value;
    else
        places.problem = "hook.conf: '" + line + "' is neither socket=/PATH nor spool=/DIRECTORY";
}

}  // namespace

Places find_places(const std::string& program) {
    Places places;
    std::optional<std::string> text;
    if (const auto slash = program.rfind('/'); slash != std::string::npos)
        text = read_file(program.substr(0, slash) + "/hook.conf", longest_conf);
    if (!text) text = read_file("/etc/frugald/hook.conf", longest_conf);
    if (!text) return places;
    // Not by streams: what they set up at the start of a process takes a tenth of the hook's time.
    for (std::string_view rest = *text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        read_line(std::string{rest.substr(0, end)}, places);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return places;
}

}  // namespace frugald::hook
