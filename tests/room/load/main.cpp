// Asks N BMCs of a running room for their power as fast as answers come, and tells what that cost
// the room's process: frugald-room-load PID ADDRESS PORT USER PASSWORD SUITE BMCS SECONDS
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/room/bmc/packet.h"
#include "tests/room/udp.h"

namespace {

using namespace frugald::room;

constexpr Envelope plain_request{};
constexpr std::size_t in_flight = 256;

struct Client {
    Session session;
    std::array<std::uint8_t, 16> random{};
};

double cpu_seconds(const std::string& process) {
    std::ifstream file("/proc/" + process + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long resident_kilobytes(const std::string& process) {
    std::ifstream file("/proc/" + process + "/status");
    for (std::string word; file >> word;)
        if (word == "VmRSS:") {
            long size = 0;
            file >> size;
            return size;
        }
    return 0;
}

class Load {
public:
    Load(Address first, std::uint16_t port, std::string user, std::string password, Suite suite)
        : first_(first),
          port_(port),
          user_(std::move(user)),
          password_(std::move(password)),
          suite_(suite),
          socket_(std::move(*UdpSocket::bind(0))) {}

    void open(std::uint32_t index);
    void ask_power(std::uint32_t index);
    /// What has arrived, at least one answer; how many.
    std::size_t receive();
    std::size_t sessions() const { return clients_.size(); }

private:
    void send(std::uint32_t index, const Packet& packet) {
        Route route{};
        route.peer.sin_family = AF_INET;
        route.peer.sin_port = htons(port_);
        route.peer.sin_addr.s_addr = htonl(first_ + index);
        route.local = INADDR_LOOPBACK;
        socket_->send(packet.view(), route);
    }
    View exchange(std::uint32_t index, PayloadType type, const Packet& payload);

    Address first_;
    std::uint16_t port_;
    std::string user_, password_;
    Suite suite_;
    std::unique_ptr<UdpSocket> socket_;
    Crypto crypto_;
    std::vector<Client> clients_;
    std::array<std::uint8_t, 1500> buffer_{};
};

std::size_t Load::receive() {
    socket_->flush();
    pollfd wait{socket_->fd(), POLLIN, 0};
    constexpr int patience_ms = 2000;
    if (poll(&wait, 1, patience_ms) != 1) throw std::runtime_error("the room does not answer");
    std::size_t count = 0;
    socket_->receive([this, &count](View datagram, const Route&) {
        if (datagram.size() < 16) throw std::runtime_error("a short answer");
        std::copy(datagram.begin(), datagram.end(), buffer_.begin());
        ++count;
    });
    return count;
}

View Load::exchange(std::uint32_t index, PayloadType type, const Packet& payload) {
    Packet out;
    write_plain(plain_request, type, payload.view(), out);
    send(index, out);
    receive();
    return View(buffer_).subspan(16, little16(buffer_, 14));
}

void Load::open(std::uint32_t index) {
    Client client;
    client.session.suite = suite_;
    const Algorithms algorithms = algorithms_of(suite_);
    Packet ask;
    ask.put32(0);
    ask.put32(index + 1);
    for (const auto& [payload, algorithm] :
         {std::pair{0U, algorithms.authentication}, std::pair{1U, algorithms.integrity},
          std::pair{2U, algorithms.confidentiality}}) {
        ask.put32(payload | 0x08000000U);
        ask.put32(algorithm);
    }
    client.session.console_id =
        little32(exchange(index, PayloadType::open_session_request, ask), 8);
    ask.clear();
    ask.put32(0);
    ask.put32(client.session.console_id);
    ask.put(client.random);
    ask.put32(4);
    ask.truncate(ask.size() - 1);
    ask.put8(static_cast<unsigned>(user_.size()));
    ask.put(as_bytes(user_));
    const View rakp2 = exchange(index, PayloadType::rakp1, ask);
    std::array<std::uint8_t, 16> theirs;
    std::copy_n(rakp2.begin() + 8, theirs.size(), theirs.begin());

    const auto identify = [this](Packet& packet) {
        packet.put8(4);
        packet.put8(static_cast<unsigned>(user_.size()));
        packet.put(as_bytes(user_));
    };
    Packet covered;
    covered.put(theirs);
    covered.put32(index + 1);
    identify(covered);
    const Digest proof = crypto_.hmac(suite_, as_bytes(password_), covered.view());
    ask.clear();
    ask.put32(0);
    ask.put32(client.session.console_id);
    ask.put(View(proof).first(digest_size(suite_)));
    const View rakp4 = exchange(index, PayloadType::rakp3, ask);
    if (rakp4[1] != 0) throw std::runtime_error("the room refuses the password");

    covered.clear();
    covered.put(client.random);
    covered.put(theirs);
    identify(covered);
    const Digest key = crypto_.hmac(suite_, as_bytes(password_), covered.view());
    std::array<std::uint8_t, 20> constant;
    constant.fill(1);
    const View session_key = View(key).first(digest_size(suite_));
    client.session.integrity_key = crypto_.hmac(suite_, session_key, constant);
    constant.fill(2);
    const Digest second = crypto_.hmac(suite_, session_key, constant);
    std::copy_n(second.begin(), 16, client.session.encryption_key.begin());
    clients_.push_back(std::move(client));
}

void Load::ask_power(std::uint32_t index) {
    static constexpr std::array<std::uint8_t, 12> get_power_reading = {
        0x20, 0xb0, 0x30, 0x81, 0x00, 0x02, 0xdc, 0x01, 0x00, 0x00, 0xa0, 0x00};
    Envelope form;
    form.encrypted = form.authenticated = true;
    Packet out;
    write_in_session(crypto_, clients_[index].session, form, clients_[index].random,
                     View(get_power_reading).first(11), out);
    send(index, out);
}

int run(const std::vector<std::string>& words) {
    const auto suite = words[5] == "17" ? Suite::sha256 : Suite::sha1;
    const auto bmcs = static_cast<std::uint32_t>(std::stoul(words[6]));
    const auto seconds = std::chrono::seconds(std::stoul(words[7]));
    Load load(*parse_address(words[1]), static_cast<std::uint16_t>(std::stoul(words[2])), words[3],
              words[4], suite);
    const double before_opening = cpu_seconds(words[0]);
    for (std::uint32_t i = 0; i < bmcs; ++i) load.open(i);
    const double opening = cpu_seconds(words[0]) - before_opening;
    fmt::print("sessions {} at {:.1f} us CPU of the room each\n", bmcs, opening * 1e6 / bmcs);

    std::uint32_t next = 0;
    std::uint64_t answers = 0;
    for (; next < std::min<std::uint32_t>(bmcs, in_flight); ++next) load.ask_power(next);
    const double before = cpu_seconds(words[0]);
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < seconds) {
        const std::size_t count = load.receive();
        answers += count;
        for (std::size_t i = 0; i < count; ++i) load.ask_power(next++ % bmcs);
    }
    const double cpu = cpu_seconds(words[0]) - before;
    fmt::print("answers {} in {} s, {:.2f} us CPU of the room each; resident {} kB\n", answers,
               seconds.count(), cpu * 1e6 / static_cast<double>(answers),
               resident_kilobytes(words[0]));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 9) {
        fmt::print(stderr,
                   "usage: frugald-room-load PID ADDRESS PORT USER PASSWORD SUITE BMCS SECONDS\n");
        return 2;
    }
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "frugald-room-load: {}\n", error.what());
        return 1;
    }
}
