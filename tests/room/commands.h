#pragma once

#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "tests/room/chassis.h"
#include "tests/room/inventory.h"

namespace frugald::room {

/// What the control socket understands (docs/room.md).
class RoomCommands {
public:
    RoomCommands(Loop& loop, Journal& journal, Chassis& chassis, Inventory& inventory)
        : loop_(loop), journal_(journal), chassis_(chassis), inventory_(inventory) {}

    Result<std::string> run(const std::vector<std::string>& words);

private:
    using Words = std::vector<std::string>;
    Result<std::string> status(const Words& words);
    Result<std::string> load(const Words& words);
    Result<std::string> watts(const Words& words);
    Result<std::string> fault(const Words& words);
    Result<std::string> restart(const Words& words);
    Result<std::string> clear(const Words& words);
    Result<std::string> power(const Words& words);
    Result<std::string> log(const Words& words);
    Result<std::string> quit(const Words& words);
    std::string describe(Node& node);
    std::string describe(const Pdu& pdu);
    std::string describe(const Meter& meter);

    Loop& loop_;
    Journal& journal_;
    Chassis& chassis_;
    Inventory& inventory_;
};

}  // namespace frugald::room
