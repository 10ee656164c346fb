#pragma once

#include "daemon/engine/caps.h"

namespace frugald {

class Caps::Turn {
public:
    static asio::awaitable<Turn> of(Caps& caps, std::string node) {
        while (caps.busy_.count(node) > 0) co_await caps.freed_.wait();
        co_return Turn{caps, std::move(node)};
    }
    Turn(Turn&& from) noexcept
        : caps_(std::exchange(from.caps_, nullptr)), node_(std::move(from.node_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
        if (!caps_) return;
        caps_->busy_.erase(node_);
        caps_->freed_.notify_all();
    }

private:
    Turn(Caps& caps, std::string node) : caps_(&caps), node_(std::move(node)) {
        caps_->busy_.insert(node_);
    }

    Caps* caps_;
    std::string node_;
};

}  // namespace frugald
