#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/result.h"

namespace frugald::redfish {

namespace json = boost::json;

/// One Redfish resource, or an empty object. Reading is tolerant (BMCs send numbers as text,
/// objects for arrays and nulls for anything); what cannot be read is absent.
using Document = json::object;

/// Nothing that a BMC says about power needs more levels; a parser that may recurse needs a limit.
constexpr std::size_t deepest_document = 32;

/// Fault::unparsable unless `text` is one JSON object.
Result<Document> parse_document(std::string_view text);

/// The value under these keys; null if there is none on the way, or `from` is null.
const json::value* find(const Document& from, std::string_view key);
const json::value* find(const json::value* from, std::string_view key);

/// A finite number: 152, "152" or "14.000"; "N/A", null, "" and the rest are none.
std::optional<double> number(const json::value* value);
/// A number, or the Reading of an excerpt: 152, {"Reading": 152}. EnergykWh: [] is none.
std::optional<double> reading(const json::value* value);
/// Text, with the spaces around it taken off; none if empty.
std::optional<std::string> text(const json::value* value);
/// A scalar as text: "Enabled", "true", "7"; none for objects, arrays and null.
std::optional<std::string> scalar(const json::value* value);
/// The path that {"@odata.id": path} points to, or a path itself; none if it is not a path of
/// this BMC: another scheme, spaces, control characters.
std::optional<std::string> link(const json::value* value);
/// Of an array of links, or of one link.
std::vector<std::string> links(const json::value* value);
/// The elements of an array; an object counts as an array of itself.
std::vector<const json::value*> elements(const json::value* value);

/// Whether two paths name one resource: case, a slash at the end and a fragment do not count.
bool same_resource(std::string_view one, std::string_view other);
/// Whether `inner` lies below `outer`: Chassis/RackMount/Baseboard below Chassis/RackMount.
bool lies_below(std::string_view inner, std::string_view outer);
/// Without slash at the end and fragment.
std::string plain_path(std::string_view path);
/// The last part: "Node0".
std::string last_part(std::string_view path);
std::string lower_case(std::string_view text);
/// What the BMC's error says for people, on one line; empty if it says nothing.
std::string error_message(const Document& document);
/// An error where a resource should be: some BMCs send it with status 200.
bool is_error(const Document& document);

}  // namespace frugald::redfish
