#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <thread>

#include "daemon/ports/asio.h"
#include "tests/plugins/snmp/rig.h"
#include "tests/room/pdu/agent.h"
#include "tests/room/pdu/recording.h"

using namespace frugald;

namespace {

constexpr const char* address = "127.22.0.15";
constexpr std::uint16_t port = 16115;

/// An SNMP agent in which the first integer of every answer has no bytes: what libnetsnmp throws
/// away whole.
class SpoiltAgent {
public:
    explicit SpoiltAgent(const std::filesystem::path& recording)
        : socket_(loop_, {asio::ip::make_address(address), port}) {
        auto mib = room::load_recording(recording);
        REQUIRE(mib);
        mib_ = *std::move(mib);
        faults_.set(room::FaultKind::empty_integers, 1);
        wait();
        thread_ = std::thread{[this] { loop_.run(); }};
    }
    ~SpoiltAgent() {
        loop_.stop();
        thread_.join();
    }

private:
    void wait() {
        auto answer = [this](boost::system::error_code failed, std::size_t size) {
            if (failed) return;
            const auto* const bytes = reinterpret_cast<const std::uint8_t*>(request_.data());
            const auto text =
                room::answer_snmp({bytes, size}, *mib_, "public", faults_, room::TimePoint{});
            boost::system::error_code ignored;
            if (!text.empty()) socket_.send_to(asio::buffer(text), client_, 0, ignored);
            wait();
        };
        socket_.async_receive_from(asio::buffer(request_), client_, std::move(answer));
    }

    asio::io_context loop_;
    asio::ip::udp::socket socket_;
    asio::ip::udp::endpoint client_;
    std::array<char, 2048> request_{};
    std::shared_ptr<const room::Mib> mib_;
    room::Faults faults_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a PDU that spoils every answer with an empty integer is read, but for that integer") {
    const SpoiltAgent agent{own_recordings() / "rack-rpdu2.snmprec"};
    Rig rig{
        fmt::format("timeout_ms = 5000\nattempts = 1\nversion = \"2c\"\n"
                    "[[pdu]]\nname = \"p\"\nhost = \"{}\"\nport = {}\n"
                    "secret = \"community-public\"\ninterval_s = 1\n",
                    address, port)};
    REQUIRE(rig.mistakes() == "");
    rig.start();
    REQUIRE_MESSAGE(rig.run_until([&] { return rig.of("p").size() >= 2; }, std::chrono::seconds{4}),
                    "an answer was thrown away, and waited for");
    const auto seen = rig.of("p").back();
    REQUIRE_MESSAGE(!seen.failure, seen.failure->text);
    for (int outlet = 2; outlet <= 8; ++outlet)
        CHECK(seen.values.contains(fmt::format("power_watts outlet {}", outlet)));
}
