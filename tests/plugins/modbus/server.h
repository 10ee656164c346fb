#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/plugins/modbus/registers.h"

/// A request as the server understood it.
struct Asked {
    std::uint8_t unit = 0;
    int function = 0;
    unsigned first = 0;
    unsigned count = 0;
};

/// What it does about one: sends these bytes, and perhaps closes.
struct Reaction {
    std::string bytes{};
    bool close = false;
};

/// A gateway with any number of units, in a thread of its own. A read that touches one register a
/// unit lacks is refused whole; a unit that it lacks is answered with exception 11.
class Server {
public:
    explicit Server(const char* address, std::uint16_t port = 16502);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void put(std::uint8_t unit, int function, unsigned first, const Words& words);
    void forget(std::uint8_t unit);
    /// From now on this is done to the regular answer (the frame) of the unit; null: nothing.
    using Spoil = std::function<Reaction(const Asked& asked, std::string answer)>;
    void spoil(std::uint8_t unit, Spoil how);
    /// Closes all connections, as gateways do to idle ones.
    void drop_connections() { dropping_ = true; }

    std::vector<Asked> asked() const;
    int asked_of(std::uint8_t unit) const;
    int connections() const { return connections_; }
    /// Whether a request ever came before the one before it was answered, on any connection.
    bool overlapped() const { return overlapped_; }

private:
    void run();
    void serve(int client, std::string& received);
    std::string answer(const std::string& frame, const Asked& asked) const;

    mutable std::mutex mutex_;
    std::map<std::pair<std::uint8_t, int>, std::map<unsigned, std::uint16_t>> units_;
    std::map<std::uint8_t, Spoil> spoils_;
    std::vector<Asked> asked_;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> overlapped_ = false, dropping_ = false, stopping_ = false;
    std::map<int, std::string> clients_;
    int listening_ = -1;
    std::thread thread_;
};

/// An exception in the place of an answer.
Server::Spoil exception(int code);
/// Nothing comes back.
Server::Spoil silence();
