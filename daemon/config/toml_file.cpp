#include "daemon/config/toml_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstring>

#include "daemon/config/file.h"
#include "daemon/core/printable.h"

namespace frugald {

namespace {

constexpr std::size_t longest_file = 1024 * 1024;
constexpr unsigned deepest_key = 256;

Place place_of(const toml::source_position& at, const std::string& file) {
    return {file, static_cast<unsigned>(at.line), static_cast<unsigned>(at.column)};
}

/// Turns toml++'s tree into ours, wiping its strings.
class Converter {
public:
    explicit Converter(const std::string& file) : file_(file) {}

    Settings table(toml::table& from, const std::string& path) {
        Settings to;
        to.path = path;
        to.place = place_of(from.source().begin, file_);
        for (auto&& [key, node] : from) {
            const std::string name{key.str()};
            to.entries.push_back({name, place_of(key.source().begin, file_),
                                  value(node, path.empty() ? name : path + '.' + name)});
        }
        std::ranges::sort(to.entries, {}, [](const Settings::Entry& entry) {
            return std::pair{entry.place.line, entry.place.column};
        });
        return to;
    }

    /// The first date or time, which no setting can be.
    const std::optional<Place>& date() const { return date_; }

private:
    SettingsValue value(toml::node& node, const std::string& path) {
        SettingsValue to;
        to.place = place_of(node.source().begin, file_);
        if (auto* inner = node.as_table()) {
            to.value = std::make_shared<Settings>(table(*inner, path));
        } else if (auto* list = node.as_array()) {
            SettingsValue::Array elements;
            for (auto& element : *list) elements.push_back(value(element, path));
            to.value = std::move(elements);
        } else if (auto* text = node.as_string()) {
            to.value = text->get();
            explicit_bzero(text->get().data(), text->get().size());
        } else if (const auto* whole = node.as_integer()) {
            to.value = whole->get();
        } else if (const auto* fraction = node.as_floating_point()) {
            to.value = fraction->get();
        } else if (const auto* flag = node.as_boolean()) {
            to.value = flag->get();
        } else if (!date_) {
            date_ = to.place;
        }
        return to;
    }

    const std::string& file_;
    std::optional<Place> date_;
};

/// Where a dotted key begins to nest so deeply that toml++'s recursive destructors (3.3) would
/// overflow the stack.
std::optional<Place> too_deep(std::string_view text, const std::string& file) {
    Place at{file, 1, 0};
    unsigned dots = 0;
    bool comment = false, line_begins = true;
    for (const char c : text) {
        ++at.column;
        if (c == '\n') at = {file, at.line + 1, 0}, comment = false, line_begins = true;
        if (c == '#' && line_begins) comment = true;
        if (c != ' ' && c != '\t' && c != '\n') line_begins = false;
        if (std::string_view{"\n=,{}[]"}.find(c) != std::string_view::npos) dots = 0;
        if (c == '.' && !comment && ++dots > deepest_key) return at;
    }
    return std::nullopt;
}

}  // namespace

Result<Settings> parse_toml(std::string_view text, const std::string& file, Quoting quoting) {
    const auto mistake = [](const Place& place, std::string_view what) {
        return fail(Fault::invalid, fmt::format("{}: {}", to_string(place), what));
    };
    if (const auto place = too_deep(text, file)) return mistake(*place, "keys nest too deeply");
    try {
        toml::table tree = toml::parse(text, std::string_view{file});
        Converter convert{file};
        auto settings = convert.table(tree, "");
        if (convert.date()) return mistake(*convert.date(), "dates and times are not used here");
        return settings;
    } catch (const toml::parse_error& error) {
        return mistake(place_of(error.source().begin, file),
                       quoting == Quoting::allowed ? printable(error.description(), 200)
                                                   : "this is not TOML (a quote is missing?)");
    }
}

Result<Settings> read_toml(const std::filesystem::path& file) {
    const auto text = read_regular_file(file, longest_file);
    if (!text) return tl::unexpected(text.error());
    return parse_toml(*text, file.string());
}

}  // namespace frugald
