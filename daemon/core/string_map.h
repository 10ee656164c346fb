#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace frugald {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

/// By name, without order, for what is looked up ten thousand times a round.
template <class Value>
using StringMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;

}  // namespace frugald
