#include "tests/room/control.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

namespace frugald::room {

namespace {

constexpr std::size_t longest_line = 1 << 20;

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.empty() || text.size() >= sizeof address.sun_path)
        return fail(Fault::invalid, fmt::format("control socket '{}': the path must have 1 to {} "
                                                "characters",
                                                text, sizeof address.sun_path - 1));
    std::memcpy(address.sun_path, text.data(), text.size());
    return address;
}

Result<int> connect_to(const std::filesystem::path& path) {
    const auto address = address_of(path);
    if (!address) return tl::unexpected<Error>(address.error());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0)
        return fd;
    const int error = errno;
    ::close(fd);
    return fail(Fault::unavailable,
                fmt::format("no room answers at {}: {}", path.string(), std::strerror(error)));
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::vector<std::string> split(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

}  // namespace

ControlServer::ControlServer(Loop& loop, int fd, std::filesystem::path path, Handler handler)
    : loop_(loop), fd_(fd), path_(std::move(path)), handler_(std::move(handler)) {
    loop_.watch(fd_, [this] { accept(); });
}

ControlServer::~ControlServer() {
    while (!clients_.empty()) close(clients_.begin()->first);
    loop_.forget(fd_);
    ::close(fd_);
    ::unlink(path_.c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::open(Loop& loop, std::filesystem::path path,
                                                           Handler handler) {
    const auto address = address_of(path);
    if (!address) return tl::unexpected<Error>(address.error());
    if (const auto other = connect_to(path)) {
        ::close(*other);
        return fail(Fault::unavailable,
                    fmt::format("control socket {}: another room listens there", path.string()));
    }
    if (std::filesystem::is_socket(path)) ::unlink(path.c_str());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        ::listen(fd, 64) != 0) {
        const int error = errno;
        ::close(fd);
        return fail(Fault::unavailable,
                    fmt::format("control socket {}: {}", path.string(), std::strerror(error)));
    }
    return std::unique_ptr<ControlServer>(
        new ControlServer(loop, fd, std::move(path), std::move(handler)));
}

void ControlServer::accept() {
    const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    // whoever does not read its answer holds the room up no longer than this
    const timeval patience{1, 0};
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    clients_.emplace(client, std::string());
    loop_.watch(client, [this, client] { read(client); });
}

void ControlServer::read(int client) {
    std::array<char, 4096> piece;
    const ssize_t count = ::recv(client, piece.data(), piece.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    std::string& line = clients_[client];
    if (count > 0) line.append(piece.data(), static_cast<std::size_t>(count));
    const std::size_t end = line.find('\n');
    if (end == std::string::npos) {
        if (count <= 0 || line.size() > longest_line) close(client);
        return;
    }
    const Result<std::string> answer = handler_(split(line.substr(0, end)));
    write_all(client, answer ? "ok\n" + *answer : fmt::format("error {}\n", answer.error().text));
    close(client);
}

void ControlServer::close(int client) {
    loop_.forget(client);
    ::close(client);
    clients_.erase(client);
}

Result<std::string> ask_room(const std::filesystem::path& path,
                             const std::vector<std::string>& words) {
    const auto fd = connect_to(path);
    if (!fd) return tl::unexpected<Error>(fd.error());
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
    write_all(*fd, line + "\n");
    std::string answer;
    std::array<char, 65536> piece;
    ssize_t count = 0;
    while ((count = ::recv(*fd, piece.data(), piece.size(), 0)) > 0)
        answer.append(piece.data(), static_cast<std::size_t>(count));
    ::close(*fd);
    const std::size_t end = answer.find('\n');
    if (end == std::string::npos)
        return fail(Fault::unavailable, "the room ended before it answered");
    if (answer.compare(0, 6, "error ") == 0) return fail(Fault::refused, answer.substr(6, end - 6));
    return answer.substr(end + 1);
}

}  // namespace frugald::room
