#include "plugins/ipmi/stored_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "plugins/ipmi/sdr.h"

namespace frugald::ipmi {
namespace {

constexpr std::string_view first_line = "frugald-sdr-index 1\n";
constexpr std::string_view last_word = "end ";

// Words are parted by spaces; what has one is not stored.
bool is_word(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// The body between first and last line; absent when they are not as they should be.
std::optional<std::string_view> body_of(std::string_view text) {
    constexpr std::size_t last_size = last_word.size() + 32 + 1;
    if (!text.starts_with(first_line) || text.size() < first_line.size() + last_size)
        return std::nullopt;
    const std::string_view head = text.substr(0, text.size() - last_size);
    if (text.substr(head.size()) != fmt::format("{}{}\n", last_word, digest_of(head)))
        return std::nullopt;
    return head.substr(first_line.size());
}

bool read_line(const std::string& line, StoredIndex& index) {
    std::istringstream words(line);
    std::string node;
    StoredBmc bmc;
    unsigned records = 0, product = 0;
    words >> node >> bmc.address >> bmc.stamp.device >> records >> bmc.stamp.added >>
        bmc.stamp.erased >> bmc.device.manufacturer >> product >> bmc.device.firmware >> bmc.digest;
    if (!words || !words.eof() || records > 0xffff || product > 0xffff || !is_digest(bmc.digest))
        return false;
    bmc.stamp.records = static_cast<std::uint16_t>(records);
    bmc.device.product = static_cast<std::uint16_t>(product);
    return index.emplace(std::move(node), std::move(bmc)).second;
}

}  // namespace

bool is_digest(std::string_view text) {
    constexpr std::size_t digits = 32;
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string write_index(const StoredIndex& index) {
    std::string text(first_line);
    for (const auto& [node, bmc] : index)
        if (is_word(node) && is_word(bmc.address))
            fmt::format_to(std::back_inserter(text), "{} {} {:d} {} {} {} {} {} {} {}\n", node,
                           bmc.address, bmc.stamp.device, bmc.stamp.records, bmc.stamp.added,
                           bmc.stamp.erased, bmc.device.manufacturer, bmc.device.product,
                           bmc.device.firmware, bmc.digest);
    return fmt::format("{}{}{}\n", text, last_word, digest_of(text));
}

std::optional<StoredIndex> read_index(std::string_view text) {
    const auto body = body_of(text);
    if (!body) return std::nullopt;
    StoredIndex index;
    std::istringstream lines{std::string(*body)};
    for (std::string line; std::getline(lines, line);)
        if (!read_line(line, index)) return std::nullopt;
    return index;
}

}  // namespace frugald::ipmi
