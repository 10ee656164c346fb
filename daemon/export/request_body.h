#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "daemon/core/nodeset.h"
#include "daemon/core/result.h"

namespace frugald {

/// Reads one request object; remembers the first mistake and which keys were asked for.
class Body {
public:
    using Json = nlohmann::json;
    static constexpr std::size_t longest_reason = 500;
    static constexpr double longest_time_s = 366.0 * 24 * 3600;

    explicit Body(std::string_view text) : object_(Json::parse(text, nullptr, false)) {
        if (!object_.is_object()) note("the body is not a JSON object");
    }

    const Json* find(const char* key) {
        asked_.emplace_back(key);
        if (!object_.is_object()) return nullptr;
        const auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

    /// For keys whose null means something: leaving them out must not mean the same by accident.
    void require(const char* key) {
        if (object_.is_object() && !object_.contains(key))
            note(fmt::format("'{}' is missing", key));
    }

    bool boolean(const char* key) {
        const Json* const value = find(key);
        if (value == nullptr) return false;
        if (!value->is_boolean()) note(fmt::format("'{}' must be true or false", key));
        return value->is_boolean() && value->get<bool>();
    }

    std::string text(const char* key) {
        const Json* const value = find(key);
        if (value == nullptr || !value->is_string()) {
            note(fmt::format("'{}' is missing or not a text", key));
            return {};
        }
        return value->get<std::string>();
    }

    /// Absent when the key is, or is null.
    std::optional<std::string> text_if_any(const char* key) {
        const Json* const value = find(key);
        if (value == nullptr) return std::nullopt;
        if (value->is_string()) return value->get<std::string>();
        note(fmt::format("'{}' must be a text", key));
        return std::nullopt;
    }

    std::optional<double> positive(const char* key, double most) {
        const Json* const value = find(key);
        if (value == nullptr) return std::nullopt;
        const double number = value->is_number() ? value->get<double>() : -1;
        if (!(number > 0 && number <= most)) {
            note(fmt::format("'{}' must be a number above 0 and at most {}", key, most));
            return std::nullopt;
        }
        return number;
    }

    std::optional<std::chrono::seconds> seconds(const char* key) {
        const auto number = positive(key, longest_time_s);
        if (!number) return std::nullopt;
        return std::chrono::seconds{static_cast<std::int64_t>(std::ceil(*number))};
    }

    std::string line(const char* key) {
        std::string line = text(key);
        const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
        const bool blank = std::ranges::all_of(line, [](char c) { return c == ' '; });
        if (blank || line.size() > longest_reason || std::ranges::any_of(line, is_control))
            note(fmt::format("'{}' must be one line of 1 to {} characters", key, longest_reason));
        return line;
    }
    std::string reason() { return line("reason"); }

    std::vector<std::string> nodes() {
        auto names = expand_nodeset(text("nodes"));
        if (!names) note(fmt::format("'nodes': {}", names.error().text));
        if (names && names->empty()) note("'nodes' names no node");
        return names ? std::move(*names) : std::vector<std::string>{};
    }

    void note(std::string mistake) {
        if (mistake_.empty()) mistake_ = std::move(mistake);
    }

    /// `request` if nothing was wrong.
    template <class Request>
    Result<Request> finish(Request request) {
        if (object_.is_object())
            for (const auto& [key, value] : object_.items())
                if (std::ranges::find(asked_, key) == asked_.end())
                    note(fmt::format("unknown key '{}'", key));
        if (!mistake_.empty()) return fail(Fault::invalid, mistake_);
        return request;
    }

private:
    Json object_;
    std::vector<std::string> asked_;
    std::string mistake_;
};

}  // namespace frugald
