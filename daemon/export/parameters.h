#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/clock.h"
#include "daemon/core/result.h"
#include "daemon/export/url.h"

namespace frugald {

/// The parameters of a target's query, read one by one. A mistake does not end the reading: the
/// first of them, or a parameter that nobody has read, is what `check` says at the end.
class Parameters {
public:
    /// `target` must outlive this.
    explicit Parameters(const Target& target) : target_(target) {}

    /// Null: the query does not name it.
    const std::string* find(const char* name);
    bool has(const char* name) { return find(name) != nullptr; }

    /// An instant such as 2026-11-21T07:46:56Z.
    WallTime instant(const char* name, WallTime otherwise);
    /// A whole number.
    std::int64_t number(const char* name, std::int64_t otherwise, std::int64_t least,
                        std::int64_t most);
    /// The names of a nodeset; nothing where the query has none.
    std::vector<std::string> nodes(const char* name);
    /// The number of a job; 0 where the query has none.
    std::uint32_t job(const char* name);
    /// At most one of them.
    void exclude(std::initializer_list<const char*> names);

    /// One of the words that `to_string` makes of them.
    template <class Word, std::size_t size>
    std::optional<Word> choice(const char* name, const Word (&words)[size]) {
        const auto place = place_of(name, texts_of(words));
        return place ? std::optional{words[*place]} : std::nullopt;
    }
    /// Several, "a,b"; "all" and nothing are an empty list.
    template <class Word, std::size_t size>
    std::vector<Word> choices(const char* name, const Word (&words)[size]) {
        std::vector<Word> chosen;
        for (const auto place : places_of(name, texts_of(words))) chosen.push_back(words[place]);
        return chosen;
    }

    void complain(std::string text);
    /// Fault::invalid with the first mistake.
    Result<void> check() const;

private:
    using Texts = std::vector<const char*>;
    template <class Word, std::size_t size>
    static Texts texts_of(const Word (&words)[size]) {
        Texts texts;
        for (const Word word : words) texts.push_back(to_string(word));
        return texts;
    }
    std::optional<std::size_t> place_of(const char* name, const Texts& texts);
    std::vector<std::size_t> places_of(const char* name, const Texts& texts);
    std::optional<std::size_t> word(const char* name, std::string_view given, const Texts& texts);

    const Target& target_;
    std::vector<std::string> known_;
    std::string mistake_;
};

}  // namespace frugald
