#include "daemon/hook/journal.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "daemon/hook/bytes.h"
#include "daemon/hook/descriptor.h"

namespace frugald::hook {

namespace {

constexpr std::size_t longest_line = 1024;
constexpr int facility_daemon = 3 << 3;  // syslog(3)

bool send_datagram(const std::string& socket, const std::string& bytes) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.size() >= sizeof address.sun_path) return false;
    socket.copy(address.sun_path, socket.size());
    const Descriptor sender{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const auto sent = ::sendto(sender.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return sent == static_cast<ssize_t>(bytes.size());
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
    std::string line{text.substr(0, most)};
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return text.size() > most ? line + "..." : line;
}

// systemd.io/JOURNAL_NATIVE_PROTOCOL: FIELD=value, a line each.
bool send_native(const std::string& socket, const JournalFields& fields) {
    std::string entry;
    for (const auto& [name, value] : fields)
        if (!value.empty())
            entry.append(name).append("=").append(one_line(value, longest_line)) += '\n';
    return send_datagram(socket, entry);
}

void log_line(int priority, std::string_view text, const JournalPlaces& places) {
    const auto line = one_line(text, longest_line);
    if (send_native(places.native, {{"PRIORITY", std::to_string(priority)},
                                    {"SYSLOG_IDENTIFIER", "frugald-hook"},
                                    {"MESSAGE", std::string{text}}}))
        return;
    const auto pid = std::to_string(::getpid());
    if (send_datagram(places.syslog, '<' + std::to_string(facility_daemon | priority) +
                                         ">frugald-hook[" + pid + "]: " + line))
        return;
    write_all(STDERR_FILENO, "frugald-hook[" + pid + "]: " + line + '\n');
}

}  // namespace frugald::hook
