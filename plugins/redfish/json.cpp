#include "plugins/redfish/json.h"

#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

namespace frugald::redfish {
namespace {

constexpr std::size_t longest_path = 1024;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto begin = text.find_first_not_of(spaces);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    text = trimmed(text);
    const auto end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

// It goes into a request line: nothing else than a path may.
bool is_path(std::string_view path) {
    if (path.empty() || path.size() > longest_path || path.front() != '/') return false;
    if (path.substr(0, 2) == "//") return false;
    for (const char c : path)
        if (c <= ' ' || c > '~') return false;
    return true;
}

}  // namespace

Result<Document> parse_document(std::string_view text) {
    json::parse_options tolerant;
    tolerant.max_depth = deepest_document;
    tolerant.allow_invalid_utf8 = true;  // serial numbers of some boards
    json::error_code failed;
    json::value value = json::parse({text.data(), text.size()}, failed, {}, tolerant);
    if (failed) return fail(Fault::unparsable, "its answer is not JSON: " + failed.message());
    if (!value.is_object()) return fail(Fault::unparsable, "its answer is not a JSON object");
    return std::move(value.get_object());
}

const json::value* find(const Document& from, std::string_view key) {
    return from.if_contains({key.data(), key.size()});
}

const json::value* find(const json::value* from, std::string_view key) {
    const auto* object = from ? from->if_object() : nullptr;
    return object ? find(*object, key) : nullptr;
}

std::optional<double> number(const json::value* value) {
    if (!value) return std::nullopt;
    std::optional<double> found;
    if (const auto* as_text = value->if_string())
        found = parse_number(view(*as_text));
    else if (value->is_number())
        found = value->to_number<double>();
    return found && std::isfinite(*found) ? found : std::nullopt;
}

std::optional<double> reading(const json::value* value) {
    return value && value->is_object() ? number(find(value, "Reading")) : number(value);
}

std::optional<std::string> text(const json::value* value) {
    const auto* found = value ? value->if_string() : nullptr;
    const auto content = found ? trimmed(view(*found)) : std::string_view{};
    if (content.empty()) return std::nullopt;
    return std::string(content);
}

std::optional<std::string> scalar(const json::value* value) {
    if (!value) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag ? "true" : "false";
    if (const auto* whole = value->if_int64()) return std::to_string(*whole);
    if (const auto* whole = value->if_uint64()) return std::to_string(*whole);
    if (const auto* real = value->if_double()) return std::to_string(*real);
    return text(value);
}

std::optional<std::string> link(const json::value* value) {
    const auto* target = value && value->is_object() ? find(value, "@odata.id") : value;
    const auto* path = target ? target->if_string() : nullptr;
    if (!path || !is_path(view(*path))) return std::nullopt;
    return std::string(view(*path));
}

std::vector<std::string> links(const json::value* value) {
    std::vector<std::string> found;
    for (const json::value* element : elements(value))
        if (auto path = link(element)) found.push_back(*std::move(path));
    return found;
}

std::vector<const json::value*> elements(const json::value* value) {
    std::vector<const json::value*> found;
    if (!value) return found;
    if (const auto* array = value->if_array()) {
        for (const auto& element : *array) found.push_back(&element);
    } else if (value->is_object()) {
        found.push_back(value);
    }
    return found;
}

std::string plain_path(std::string_view path) {
    path = path.substr(0, path.find('#'));
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    return std::string(path);
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

bool same_resource(std::string_view one, std::string_view other) {
    return lower_case(plain_path(one)) == lower_case(plain_path(other));
}

bool lies_below(std::string_view inner, std::string_view outer) {
    return lower_case(plain_path(inner)).starts_with(lower_case(plain_path(outer)) + '/');
}

std::string last_part(std::string_view path) {
    const std::string plain = plain_path(path);
    return plain.substr(plain.rfind('/') + 1);
}

std::string error_message(const Document& document) {
    constexpr std::size_t longest = 300;
    const json::value* error = find(document, "error");
    std::string message;
    for (const json::value* info : elements(find(error, "@Message.ExtendedInfo"))) {
        if (auto said = text(find(info, "Message"))) message = *said;
        const auto id = text(find(info, "MessageId"));
        if (id && !message.empty()) message += " (" + *id + ")";
        if (!message.empty()) break;
    }
    if (message.empty()) message = text(find(error, "message")).value_or("");
    for (char& c : message)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    if (message.size() > longest) message.resize(longest);
    return message;
}

bool is_error(const Document& document) {
    return document.contains("error") && !document.contains("@odata.id");
}

}  // namespace frugald::redfish
