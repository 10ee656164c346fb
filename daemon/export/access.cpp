#include "daemon/export/access.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace frugald {

namespace {

constexpr std::size_t largest_record = 1024 * 1024;  // a group with very many members

struct User {
    std::string name;
    std::vector<gid_t> groups;
};

std::vector<gid_t> groups_of(const char* name, gid_t primary) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (getgrouplist(name, primary, groups.data(), &count) < 0 && count > 0 && count < 65536)
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return groups;
}

std::optional<User> find_user(uid_t uid) {
    std::vector<char> buffer(16 * 1024);
    passwd record{};
    passwd* found = nullptr;
    while (getpwuid_r(uid, &record, buffer.data(), buffer.size(), &found) == ERANGE &&
           buffer.size() < largest_record)
        buffer.resize(buffer.size() * 2);
    if (found == nullptr) return std::nullopt;
    return User{record.pw_name, groups_of(record.pw_name, record.pw_gid)};
}

std::optional<gid_t> find_group(const std::string& name) {
    std::vector<char> buffer(16 * 1024);
    group record{};
    group* found = nullptr;
    while (getgrnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &found) == ERANGE &&
           buffer.size() < largest_record)
        buffer.resize(buffer.size() * 2);
    if (found == nullptr) return std::nullopt;
    return record.gr_gid;
}

bool is_member(const PeerCredentials& peer, const std::optional<User>& user,
               const std::string& group_name) {
    const auto group = find_group(group_name);
    if (!group) return false;
    const auto has = [&](const std::vector<gid_t>& groups) {
        return std::ranges::find(groups, *group) != groups.end();
    };
    return peer.gid == *group || has(peer.groups) || (user && has(user->groups));
}

}  // namespace

Result<PeerCredentials> peer_credentials(int connected_socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(connected_socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return fail(Fault::unavailable,
                    fmt::format("the kernel does not name the peer: {}", std::strerror(errno)));
    std::vector<gid_t> groups(65536);  // NGROUPS_MAX
    size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (getsockopt(connected_socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0)
        size = 0;
    groups.resize(size / sizeof(gid_t));
    return PeerCredentials{peer.uid, peer.gid, peer.pid, std::move(groups)};
}

Access decide_access(const PeerCredentials& peer, const std::string& admin_group,
                     const std::string& view_group) {
    const auto user = find_user(peer.uid);
    Access access;
    access.caller = {peer.uid, peer.pid,
                     fmt::format("uid {} ({})", peer.uid, user ? user->name : "no name")};
    access.act = peer.uid == 0 || peer.uid == geteuid() ||
                 (!admin_group.empty() && is_member(peer, user, admin_group));
    access.view = access.act || view_group.empty() || is_member(peer, user, view_group);
    return access;
}

}  // namespace frugald
