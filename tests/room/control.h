#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/core/result.h"
#include "tests/room/loop.h"

namespace frugald::room {

/// The room's control socket (Unix stream): a client sends one line of words and gets "ok", or
/// "error" and a sentence, as the first line, then the output, then the end of the stream.
class ControlServer {
public:
    using Handler = std::function<Result<std::string>(const std::vector<std::string>& words)>;

    /// Takes the place of a socket file that nobody listens on; refuses one that is in use.
    static Result<std::unique_ptr<ControlServer>> open(Loop& loop, std::filesystem::path path,
                                                       Handler handler);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

private:
    ControlServer(Loop& loop, int fd, std::filesystem::path path, Handler handler);
    void accept();
    void read(int client);
    void close(int client);

    Loop& loop_;
    int fd_;
    std::filesystem::path path_;
    Handler handler_;
    std::map<int, std::string> clients_;  // what each has sent so far
};

/// The other side: the output, or the room's error, or why it cannot be reached.
Result<std::string> ask_room(const std::filesystem::path& path,
                             const std::vector<std::string>& words);

}  // namespace frugald::room
