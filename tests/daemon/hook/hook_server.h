#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/hook/message.h"

/// What stands in for the daemon's hook socket: a thread that answers as told.
class HookServer {
public:
    enum class Behaviour {
        accept,        // acknowledge what decodes
        refuse,        // acknowledge with a no
        never_accept,  // the queue of connections fills up
        hang,          // accept and read, never answer
        half,          // answer half an acknowledgement, then hang up
        garbage,       // answer nonsense
    };

    HookServer(const std::filesystem::path& socket, Behaviour behaviour, int backlog = 4096);
    HookServer(const HookServer&) = delete;
    HookServer& operator=(const HookServer&) = delete;
    ~HookServer();

    std::vector<frugald::hook::Message> messages();

private:
    void run();
    void serve(int peer);
    std::string reply(const frugald::hook::Message& message) const;

    Behaviour behaviour_;
    int listener_ = -1;
    std::atomic<bool> stopping_{false};
    std::mutex guard_;
    std::vector<frugald::hook::Message> messages_;
    std::vector<int> held_;  // connections that are never answered
    std::thread thread_;
};
