#include "daemon/export/access.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/daemon/export/running_server.h"
#include "tests/daemon/export/sample_snapshot.h"

using namespace frugald;

namespace {

constexpr const char* power_off =
    R"({"nodes":"c0003","action":"off","reason":"matrix","dry_run":true})";

struct Identity {
    const char* user;
    const char* extra_group = nullptr;  // in the process only, not in the group database
};

/// The status that `identity` gets, from a child process that became it; 0 without an answer.
int status_as(Identity identity, const std::filesystem::path& socket, const char* method,
              const char* path, const char* body) {
    const passwd* const user = getpwnam(identity.user);
    REQUIRE(user != nullptr);
    const uid_t uid = user->pw_uid;
    const gid_t gid = user->pw_gid;
    gid_t extra = 0;
    if (identity.extra_group != nullptr) extra = getgrnam(identity.extra_group)->gr_gid;
    const pid_t child = fork();
    if (child == 0) {
        const bool became = setgroups(identity.extra_group == nullptr ? 0 : 1, &extra) == 0 &&
                            setgid(gid) == 0 && setuid(uid) == 0;
        // The status in hundreds: exit codes end at 255.
        _exit(became ? test::ask_socket(socket, method, path, body).status / 100 * 10 +
                           test::ask_socket(socket, method, path, body).status % 10
                     : 255);
    }
    int ended = 0;
    waitpid(child, &ended, 0);
    const int code = WIFEXITED(ended) ? WEXITSTATUS(ended) : 255;
    return code / 10 * 100 + code % 10;
}

bool is_root() {
    if (geteuid() == 0) return true;
    MESSAGE("skipped: becoming other users needs root");
    return false;
}

}  // namespace

TEST_CASE("who may do what on the unix socket") {
    if (!is_root()) return;
    HttpSettings settings;
    settings.admin_group = "games";  // the primary group of user games, and nobody else's
    settings.view_group = "news";    // likewise
    const test::RunningServer server{test::sample_snapshot(4), settings};
    struct Row {
        std::string says;
        Identity identity;
        int reads;
        int acts;
    };
    const Row rows[] = {
        {"root does everything", {"root"}, 200, 200},
        {"a member of the admin group as well", {"games"}, 200, 200},
        {"a member of the view group reads", {"news"}, 200, 403},
        {"somebody else does nothing", {"nobody"}, 403, 403},
        {"a process in the admin group acts", {"nobody", "games"}, 200, 200},
        {"a process in the view group reads", {"nobody", "news"}, 200, 403},
        {"other groups give nothing", {"nobody", "mail"}, 403, 403},
    };
    for (const Row& row : rows) {
        CAPTURE(row.says);
        for (const char* const path : {"/metrics", "/", "/api/v1/status", "/api/v1/nodes",
                                       "/api/v1/pdus", "/api/v1/why/c0001", "/api/v1/events"}) {
            CAPTURE(std::string{path});
            CHECK(status_as(row.identity, server.socket(), "GET", path, "") == row.reads);
        }
        CHECK(status_as(row.identity, server.socket(), "GET", "/healthz", "") == 200);
        const std::pair<const char*, const char*> acts[] = {
            {"/api/v1/power", power_off},
            {"/api/v1/cap", R"({"nodes":"c0001","limit_watts":300,"reason":"matrix"})"},
            {"/api/v1/hold", R"({"nodes":"c0001","reason":"matrix"})"},
        };
        for (const auto& [path, body] : acts) {
            CAPTURE(std::string{path});
            CHECK(status_as(row.identity, server.socket(), "POST", path, body) == row.acts);
        }
    }
}

TEST_CASE("without a view group everyone reads, without an admin group only root acts") {
    if (!is_root()) return;
    HttpSettings settings;
    settings.admin_group = "no-such-group";
    const test::RunningServer server{test::sample_snapshot(4), settings};
    CHECK(status_as({"nobody"}, server.socket(), "GET", "/api/v1/nodes", "") == 200);
    CHECK(status_as({"nobody"}, server.socket(), "POST", "/api/v1/power", power_off) == 403);
    CHECK(status_as({"root"}, server.socket(), "POST", "/api/v1/power", power_off) == 200);
}

TEST_CASE("the caller is named for the journal") {
    const PeerCredentials root{0, 0, 42, {}};
    const Access access = decide_access(root, "", "");
    CHECK(access.caller.name == "uid 0 (root)");
    CHECK(access.caller.pid == 42);
    CHECK(access.act);
    const PeerCredentials unknown{4000000, 4000000, 1, {}};
    CHECK(decide_access(unknown, "", "").caller.name == "uid 4000000 (no name)");
    CHECK_FALSE(decide_access(unknown, "", "").act);
}

TEST_CASE("who the group database lists is a member, whatever groups the process has") {
    while (const group* const listed = getgrent()) {
        const passwd* const user =
            listed->gr_mem[0] == nullptr ? nullptr : getpwnam(listed->gr_mem[0]);
        if (user == nullptr || user->pw_uid == 0) continue;
        const std::string group_name = listed->gr_name;
        endgrent();
        CHECK(decide_access({user->pw_uid, user->pw_gid, 1, {}}, group_name, "").act);
        return;
    }
    endgrent();
    MESSAGE("skipped: the group database of this machine lists no members");
}
