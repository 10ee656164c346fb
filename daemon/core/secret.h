#pragma once

#include <string>
#include <string_view>

namespace frugald {

/// A password or community. It has no formatter and no stream operator, so logging one does not
/// compile; its memory is wiped when it goes.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_ = other.text_;
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    bool empty() const { return text_.empty(); }
    /// For the one call that hands it to a protocol library.
    std::string_view reveal() const { return text_; }

private:
    void wipe() noexcept;
    std::string text_;
};

}  // namespace frugald
