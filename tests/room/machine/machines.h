#pragma once

#include <functional>
#include <string>

#include "tests/room/journal.h"
#include "tests/room/loop.h"
#include "tests/room/node.h"

namespace frugald::room {

/// The processes that run while nodes are powered. Each is one frugald-room-machine, which keeps
/// everything that its command starts and takes all of it along.
class Machines {
public:
    Machines(Loop& loop, Journal& journal);
    ~Machines();
    Machines(const Machines&) = delete;
    Machines& operator=(const Machines&) = delete;

    /// Called when a node's process is gone.
    void on_end(std::function<void(Node&)> handler) { ended_ = std::move(handler); }

    /// Nothing for nodes without a command. While the one before is still being cut, the new one
    /// starts when it is gone.
    void start(Node& node, Seconds boot);
    /// Power cut: every descendant is killed, at once.
    void cut(Node& node);
    /// Orderly shutdown; false if nothing runs.
    bool shut_down(Node& node);
    std::size_t running() const { return running_; }

    /// The program to run; found beside our own by default.
    void set_program(std::string path) { program_ = std::move(path); }

private:
    void reap(Node& node);

    Loop& loop_;
    Journal& journal_;
    std::string program_;
    std::size_t running_ = 0;
    std::function<void(Node&)> ended_;
};

}  // namespace frugald::room
