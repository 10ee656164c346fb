#pragma once

#include <string>
#include <string_view>

namespace frugald::slurm {

/// The daemon's end of the socket pair, as the worker inherits it.
inline constexpr int daemon_fd = 3;

/// The rest of the next frame. False: the daemon has gone, or sent what is no frame.
bool receive(std::string& rest);
/// False: the daemon has gone.
bool send(std::string_view frame);

}  // namespace frugald::slurm
