#include "plugins/ipmi/matching.h"

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t app_request = 0x06;
constexpr std::uint8_t send_message_command = 0x34;
constexpr std::uint8_t tracked = 0x40;

}  // namespace

Request send_message(const Request& request, std::uint8_t rq_seq) {
    const Bytes command = request.bytes;
    constexpr std::size_t before_command = 7;
    Request wrapped{app_request, 0, {}};
    wrapped.bytes.resize(before_command + command.size() + 1);
    std::uint8_t* const out = wrapped.bytes.data();
    out[0] = send_message_command;
    out[1] = static_cast<std::uint8_t>(tracked | request.target.channel);
    out[2] = request.target.address;
    out[3] = static_cast<std::uint8_t>(request.net_fn << 2 | request.lun);
    out[4] = checksum({out + 2, 2});
    out[5] = bmc_address;
    out[6] = static_cast<std::uint8_t>(rq_seq << 2);
    std::copy(command.begin(), command.end(), out + before_command);
    out[before_command + command.size()] = checksum({out + 5, 2 + command.size()});
    return wrapped;
}

}  // namespace frugald::ipmi
