#pragma once

#include "tests/room/bmc/command.h"

namespace frugald::room {

/// What Get SDR and Get Device SDR do alike, and both reservations.
Completion hand_out_record(CommandContext& context, View request, Packet& answer);
Completion reserve_records(CommandContext& context, Packet& answer);

}  // namespace frugald::room
