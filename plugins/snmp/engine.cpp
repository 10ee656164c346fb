#include "plugins/snmp/engine.h"

#include <array>
#include <random>

#include "plugins/snmp/ber.h"

namespace frugald::snmp {

namespace {

/// Takes BER elements off the front of some bytes; once something does not fit, everything fails.
class Ber {
public:
    explicit Ber(std::string_view bytes) : rest_(bytes) {}

    std::string_view take(unsigned char tag) {
        if (!good_ || rest_.size() < 2 || byte(0) != tag) return bad();
        std::size_t length = byte(1);
        std::size_t header = 2;
        if (length >= 0x80) {
            const std::size_t more = length & 0x7f;
            if (more == 0 || more > 3 || rest_.size() < 2 + more) return bad();
            length = 0;
            for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(2 + i);
            header += more;
        }
        if (rest_.size() - header < length) return bad();
        const auto content = rest_.substr(header, length);
        rest_.remove_prefix(header + length);
        return content;
    }

    std::uint32_t number() {
        const auto content = take(integer_tag);
        if (content.empty() || content.size() > 5) good_ = false;
        std::uint64_t value = 0;
        for (const char c : content) value = value << 8 | static_cast<unsigned char>(c);
        if (value > 0x7fffffff) good_ = false;
        return good_ ? static_cast<std::uint32_t>(value) : 0;
    }

    bool good() const { return good_; }

private:
    unsigned char byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }
    std::string_view bad() {
        good_ = false;
        return {};
    }
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace

std::string engine_question(std::uint32_t message_id) {
    std::string id;
    for (const int shift : {24, 16, 8, 0}) id += static_cast<char>(message_id >> shift & 0xff);
    using namespace std::string_literals;
    return "\x30\x3e\x02\x01\x03"s  // SNMPv3
           "\x30\x11\x02\x04"s +
           id +                                                 // message id
           "\x02\x03\x00\xff\xe3\x04\x01\x04\x02\x01\x03"s      // 65507 bytes, reportable, USM
           "\x04\x10\x30\x0e\x04\x00\x02\x01\x00\x02\x01\x00"s  // nothing known yet
           "\x04\x00\x04\x00\x04\x00"s
           "\x30\x14\x04\x00\x04\x00\xa0\x0e\x02\x04"s +
           id +  // an empty GET
           "\x02\x01\x00\x02\x01\x00\x30\x00"s;
}

std::optional<Engine> engine_in_answer(std::string_view answer, std::uint32_t message_id) {
    Ber outermost{answer};
    Ber message{outermost.take(sequence_tag)};
    const auto version = message.number();
    Ber header{message.take(sequence_tag)};
    const auto id = header.number();
    Ber wrapped{message.take(octets_tag)};
    Ber security{wrapped.take(sequence_tag)};
    Engine engine;
    engine.id = security.take(octets_tag);
    engine.boots = security.number();
    engine.time_s = security.number();
    const bool good = message.good() && header.good() && security.good();
    if (!good || version != 3 || id != message_id) return std::nullopt;
    if (engine.id.size() < 5 || engine.id.size() > 32) return std::nullopt;
    return engine;
}

asio::awaitable<Result<Engine>> discover_engine(asio::ip::udp::endpoint agent, Patience patience,
                                                Waiter& waiter) {
    using asio::ip::udp;
    boost::system::error_code failed;
    const auto executor = co_await asio::this_coro::executor;
    const auto socket = std::make_shared<udp::socket>(executor);
    socket->open(agent.protocol(), failed);
    if (!failed) socket->connect(agent, failed);
    if (!failed) socket->non_blocking(true, failed);
    if (failed) co_return fail(Fault::unavailable, failed.message());
    std::random_device random;
    const std::uint32_t id = random() & 0x3fffffff;
    const auto question = engine_question(id);
    std::array<char, 2048> answer{};
    for (int attempt = 0; attempt < patience.attempts && !waiter.stopped(); ++attempt) {
        socket->send(asio::buffer(question), 0, failed);
        const bool answered = co_await waiter.readable(socket, patience.timeout);
        if (!answered) continue;
        const auto size = socket->receive(asio::buffer(answer), 0, failed);
        if (failed) continue;
        auto engine = engine_in_answer({answer.data(), size}, id);
        if (engine) co_return *std::move(engine);
    }
    if (waiter.stopped()) co_return fail(Fault::cancelled, "stopping");
    co_return fail(Fault::timeout, "no answer to the SNMPv3 discovery");
}

}  // namespace frugald::snmp
