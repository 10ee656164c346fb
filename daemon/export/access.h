#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "daemon/core/result.h"
#include "daemon/ports/control.h"

namespace frugald {

/// What the kernel says about the other end of a unix socket, as of its connect().
struct PeerCredentials {
    uid_t uid = 0;
    gid_t gid = 0;
    pid_t pid = 0;
    std::vector<gid_t> groups;  // its supplementary groups
};
Result<PeerCredentials> peer_credentials(int connected_socket);

/// What one connection may do.
struct Access {
    bool view = false;
    bool act = false;
    Caller caller;
};

/// Root, the daemon's own user and members of `admin_group` may act; they and the members of
/// `view_group` (everyone, if it is empty) may view. A member is who the group database lists or
/// whose process is in the group. Asks the name service: may block, so not on the loop.
Access decide_access(const PeerCredentials& peer, const std::string& admin_group,
                     const std::string& view_group);

}  // namespace frugald
