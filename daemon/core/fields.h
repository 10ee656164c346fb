#pragma once

#include <charconv>
#include <string_view>

namespace frugald {

/// The text before the first `end`; `rest` keeps what follows it.
inline std::string_view cut(std::string_view& rest, char end) {
    const auto at = rest.find(end);
    const auto piece = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
    return piece;
}

/// A number that frugald itself has written; 0 for anything else.
template <class Number>
Number number_in(std::string_view text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace frugald
