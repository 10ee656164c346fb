#pragma once

#include <memory>

namespace frugald {

template <auto Close>
struct CloseWith {
    template <class T>
    void operator()(T* handle) const noexcept {
        static_cast<void>(Close(handle));
    }
};

/// A foreign C object with its own closing function.
template <class T, auto Close>
using CHandle = std::unique_ptr<T, CloseWith<Close>>;

}  // namespace frugald
