#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "daemon/core/result.h"
#include "tests/room/bytes.h"
#include "tests/room/loop.h"
#include "tests/room/meter/meter.h"
#include "tests/room/udp.h"

namespace frugald::room {

/// Modbus TCP for one meter: function 3. A read that touches one register the meter lacks is
/// refused whole (exception 2), as strict meters do; another unit is answered as a gateway does
/// (exception 11).
class ModbusServer {
public:
    /// `meter` must outlive the server.
    static Result<std::unique_ptr<ModbusServer>> open(Loop& loop, const Meter& meter,
                                                      Address address, std::uint16_t port);
    ~ModbusServer();
    ModbusServer(const ModbusServer&) = delete;
    ModbusServer& operator=(const ModbusServer&) = delete;

private:
    ModbusServer(Loop& loop, const Meter& meter, int fd);
    void accept();
    void read(int client);
    void answer(int client, const std::string& frame);
    void close(int client);

    Loop& loop_;
    const Meter& meter_;
    int fd_;
    std::map<int, std::string> clients_;   // what each has sent so far
    std::shared_ptr<ModbusServer*> self_;  // for answers that are late
};

/// The answer to one whole frame (MBAP header and PDU), without the network.
std::string answer_modbus(const Meter& meter, std::string_view frame, TimePoint now);

}  // namespace frugald::room
