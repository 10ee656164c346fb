#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

#include "tests/room/options.h"
#include "tests/room/room.h"
#include "tests/support/scratch.h"

/// A room that runs in a thread of its own.
class RunningRoom {
public:
    explicit RunningRoom(const std::string& toml) {
        auto plan = frugald::room::read_plan(scratch_.write("room.toml", toml));
        REQUIRE_MESSAGE(plan, plan.error().text);
        auto opened = frugald::room::Room::open(*std::move(plan));
        REQUIRE_MESSAGE(opened, opened.error().text);
        room_ = *std::move(opened);
        thread_ = std::thread{[this] { room_->run(); }};
    }
    ~RunningRoom() {
        if (!thread_.joinable()) return;
        room_->stop();
        thread_.join();
    }

private:
    Scratch scratch_;
    std::unique_ptr<frugald::room::Room> room_;
    std::thread thread_;
};
