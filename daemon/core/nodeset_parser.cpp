#include "daemon/core/nodeset_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "daemon/core/printable.h"

namespace frugald::nodeset {

namespace {

bool is_name_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
}

class Parser {
public:
    Parser(std::string_view expression, NodesetDialect dialect)
        : text_(expression), people_(dialect == NodesetDialect::people) {}

    Result<std::vector<Item>> run();

private:
    // Each returns false after noting the mistake.
    bool item(Item& item);
    bool literal(Part& part);
    bool bracket(Part& part);
    bool range(Range& range);
    bool ends_agree(std::string_view first, std::string_view last);
    bool step(Range& range);
    bool number(std::string_view& digits, std::uint64_t& value);
    bool count(const Item& item);
    bool mistake(std::string text);

    bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }
    bool at_end() const { return at_ == text_.size(); }

    std::string_view text_;
    bool people_;
    std::size_t at_ = 0;
    std::uint64_t nodes_ = 0;
    std::optional<Error> error_;
};

bool Parser::mistake(std::string text) {
    error_ = Error{Fault::invalid, fmt::format("nodeset '{}': {} (character {})",
                                               printable(text_, 60), text, at_ + 1)};
    return false;
}

Result<std::vector<Item>> Parser::run() {
    std::vector<Item> items;
    if (text_.empty() && people_) mistake("it is empty");
    while (!error_) {
        if (!at(',') && !at_end()) {
            Item next;
            if (!item(next) || !count(next)) break;
            items.push_back(std::move(next));
        } else if (people_) {
            mistake("a name is missing here");
            break;
        }
        if (at_end()) break;
        ++at_;
    }
    if (error_) return tl::unexpected(*error_);
    return items;
}

bool Parser::item(Item& item) {
    if (at('-')) return mistake("a name may not start with '-'");
    while (!at_end() && !at(',')) {
        Part part;
        if (!literal(part)) return false;
        if (part.literal.empty() && people_ && !item.parts.empty())
            return mistake("two brackets in a row: something must stand between them");
        if (at('[') && !bracket(part)) return false;
        item.parts.push_back(std::move(part));
    }
    return true;
}

bool Parser::literal(Part& part) {
    const auto begin = at_;
    while (!at_end() && is_name_character(text_[at_])) ++at_;
    part.literal = text_.substr(begin, at_ - begin);
    if (at_end() || at(',') || at('[')) return true;
    if (at(']')) return mistake("this bracket closes nothing");
    return mistake(
        fmt::format("'{}' cannot be part of a name; allowed: letters, digits, '.', '_', "
                    "'-'; names are separated by commas",
                    printable(text_.substr(at_, 1), 8)));
}

bool Parser::bracket(Part& part) {
    const auto opened = at_++;
    do {
        part.ranges.emplace_back();
        if (!range(part.ranges.back())) return false;
    } while (at(',') && ++at_);
    if (at(']')) return ++at_, true;
    if (!at_end()) return mistake("expected a number, ',', '-' or ']'");
    at_ = opened;
    return mistake("this bracket is never closed");
}

bool Parser::range(Range& range) {
    std::string_view first;
    if (!number(first, range.first)) return false;
    range.last = range.first;
    range.width = first.size();
    if (at('-')) {
        ++at_;
        std::string_view last;
        if (!number(last, range.last) || !ends_agree(first, last)) return false;
        if (range.last < range.first) return mistake("this range runs backwards");
    } else {
        return true;
    }
    return !at('/') || step(range);
}

bool Parser::ends_agree(std::string_view first, std::string_view last) {
    if (first.size() == last.size() || (!is_padded(first) && !is_padded(last))) return true;
    // slurmctld itself folds n01 ... n100 to n[01-100].
    if (!people_ && !is_padded(last) && first.size() < last.size()) return true;
    return mistake(
        fmt::format("the ends '{}' and '{}' are padded to different widths", first, last));
}

bool Parser::step(Range& range) {
    if (!people_) return mistake("slurmctld's lists have no steps");
    ++at_;
    std::string_view digits;
    if (!number(digits, range.step)) return false;
    return range.step > 0 || mistake("a step of 0 never ends");
}

bool Parser::number(std::string_view& digits, std::uint64_t& value) {
    const auto begin = at_;
    while (!at_end() && is_digit(text_[at_])) ++at_;
    digits = text_.substr(begin, at_ - begin);
    if (digits.empty())
        return mistake(at_end() ? "this bracket is never closed" : "a number is missing here");
    if (digits.size() > most_digits)
        return mistake(fmt::format("a number has at most {} digits", most_digits));
    value = 0;
    for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return true;
}

bool Parser::count(const Item& item) {
    std::uint64_t nodes = 1;
    std::size_t length = 0;
    for (const auto& part : item.parts) {
        length += part.literal.size();
        std::uint64_t choices = 0;
        std::size_t digits = 0;
        for (const auto& range : part.ranges) {
            // Checked range by range, so that neither sum nor product can overflow.
            if (range.count() > most_nodes ||
                nodes_ + nodes * (choices += range.count()) > most_nodes)
                return mistake(fmt::format("more than {} nodes", most_nodes));
            digits = std::max({digits, range.width, std::to_string(range.last).size()});
        }
        length += digits;
        if (!part.ranges.empty()) nodes *= choices;
    }
    nodes_ += nodes;
    if (nodes_ > most_nodes) return mistake(fmt::format("more than {} nodes", most_nodes));
    if (length > longest_name)
        return mistake(fmt::format("a name has at most {} characters", longest_name));
    return true;
}

}  // namespace

Result<std::vector<Item>> parse(std::string_view expression, NodesetDialect dialect) {
    return Parser{expression, dialect}.run();
}

}  // namespace frugald::nodeset
