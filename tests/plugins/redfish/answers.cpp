#include "tests/plugins/redfish/answers.h"

#include <fmt/format.h>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace frugald::test {
namespace {

namespace http = boost::beast::http;
constexpr std::string_view sessions_path = "/redfish/v1/SessionService/Sessions";

std::string key_of(const std::string& path) {
    return redfish::lower_case(redfish::plain_path(path));
}

std::string error_body(std::string_view id, std::string_view message) {
    return fmt::format(R"({{"error":{{"code":"{0}","message":"{1}","@Message.ExtendedInfo":[)"
                       R"({{"MessageId":"{0}","Message":"{1}"}}]}}}})",
                       id, message);
}

/// As DSP0266 says of PATCH: objects are merged, arrays member by member.
void merge(json::value& into, const json::value& change) {
    if (change.is_object() && into.is_object()) {
        for (const auto& [key, value] : change.get_object()) {
            json::value& there = into.get_object()[key];
            if (there.is_null())
                there = value;
            else
                merge(there, value);
        }
    } else if (change.is_array() && into.is_array()) {
        auto& members = into.get_array();
        for (std::size_t i = 0; i < change.get_array().size(); ++i) {
            if (i >= members.size()) members.emplace_back(json::object{});
            merge(members[i], change.get_array()[i]);
        }
    } else {
        into = change;
    }
}

json::value* limit_of(json::value& resource) {
    auto* object = resource.if_object();
    auto* members = object ? object->if_contains("PowerControl") : nullptr;
    if (!members || !members->is_array() || members->get_array().empty()) return nullptr;
    auto* first = members->get_array()[0].if_object();
    return first ? first->if_contains("PowerLimit") : nullptr;
}

}  // namespace

void Tree::put(const std::string& path, json::value resource) {
    resources_[key_of(path)] = std::move(resource);
}
void Tree::add(const std::string& path, std::string_view text) {
    put(path, json::parse({text.data(), text.size()}));
}
json::value* Tree::find(const std::string& path) {
    const auto found = resources_.find(key_of(path));
    return found == resources_.end() ? nullptr : &found->second;
}

Answer Service::answer(const HttpRequest& request) {
    const auto text = [](auto view) { return std::string(view.data(), view.size()); };
    Asked what{text(request.method_string()), text(request.target()), request.body(), "",
               text(request[http::field::if_match])};
    if (!request["X-Auth-Token"].empty()) what.authorization = "token";
    if (!request[http::field::authorization].empty()) what.authorization = "basic";
    asked.push_back(what);
    if (habits.silent || habits.silent_methods.count(what.method) > 0)
        return {.bytes = {}, .silent = true};
    if (!habits.raw.empty()) return {.bytes = habits.raw, .keep_alive = false};
    return sent(request, respond(request, what));
}

Service::Content Service::respond(const HttpRequest& request, const Asked& what) {
    for (const std::string& key : {what.method + ' ' + what.path, what.path}) {
        const auto wrong = habits.statuses.find(key);
        if (wrong != habits.statuses.end())
            return {wrong->second, error_body("Base.1.8.GeneralError", "as the test wants it")};
    }
    if (redfish::same_resource(what.path, sessions_path) && what.method == "POST")
        return log_in(what);
    const bool open_to_all = redfish::same_resource(what.path, "/redfish/v1/");
    if (!open_to_all && !authorized(request))
        return {401, error_body("Base.1.8.NoValidSession", "There is no valid session")};
    if (what.method == "GET") return read(what);
    if (what.method == "PATCH") return change(what);
    if (what.method == "POST") return reset(what);
    for (const auto& [token, path] : tokens)
        if (redfish::same_resource(path, what.path)) {
            tokens.erase(token);
            return {204};
        }
    return {404, error_body("Base.1.8.ResourceMissingAtURI", "no such session")};
}

Service::Content Service::log_in(const Asked& what) {
    if (habits.login_status == 503)
        return {503,
                error_body("IDRAC.2.2.RAC0218", "The maximum number of user sessions is reached")};
    if (habits.login_status != 0)
        return {habits.login_status, error_body("Base.1.8.GeneralError", "no login")};
    if (!habits.sessions) return {404, error_body("Base.1.8.ResourceMissingAtURI", "no sessions")};
    const json::value said = json::parse(what.body);
    const bool right = said.at("UserName").as_string() == habits.user.c_str() &&
                       said.at("Password").as_string() == habits.password.c_str();
    if (!right) return {401, error_body("Base.1.8.AccessDenied", "wrong password")};
    const std::string token = fmt::format("token-{}", ++logins_);
    const std::string path = fmt::format("{}/{}", sessions_path, logins_);
    tokens[token] = path;
    return {201,
            fmt::format(R"({{"@odata.id":"{}"}})", path),
            {{"X-Auth-Token", token}, {"Location", path}}};
}

bool Service::authorized(const HttpRequest& request) const {
    const auto token = request["X-Auth-Token"];
    if (tokens.count(std::string(token.data(), token.size())) > 0) return true;
    namespace base64 = boost::beast::detail::base64;
    const std::string plain = habits.user + ':' + habits.password;
    std::string encoded(base64::encoded_size(plain.size()), '\0');
    encoded.resize(base64::encode(encoded.data(), plain.data(), plain.size()));
    return request[http::field::authorization] == "Basic " + encoded;
}

std::string Service::etag(const std::string& path) const {
    const auto version = versions_.find(key_of(path));
    return fmt::format("W/\"{}\"", version == versions_.end() ? 1 : version->second);
}

Service::Content Service::read(const Asked& what) {
    const json::value* found = tree.find(what.path);
    if (!found) return {404, error_body("Base.1.8.ResourceMissingAtURI", "There is nothing here")};
    Content content{200, json::serialize(*found), {}};
    if (habits.etags) content.fields["ETag"] = etag(what.path);
    return content;
}

Service::Content Service::change(const Asked& what) {
    json::value* found = tree.find(what.path);
    if (!found) return {404, error_body("Base.1.8.ResourceMissingAtURI", "There is nothing here")};
    if (habits.demand_if_match && what.if_match.empty())
        return {428, error_body("Base.1.8.PreconditionRequired", "an ETag is wanted")};
    if (habits.demand_if_match && what.if_match != etag(what.path))
        return {412, error_body("Base.1.8.PreconditionFailed", "it has changed")};
    std::optional<json::value> exception;
    if (const json::value* limit = limit_of(*found); limit && limit->is_object())
        if (const auto* before = limit->get_object().if_contains("LimitException"))
            exception = *before;
    merge(*found, json::parse(what.body));
    json::value* limit = limit_of(*found);
    if (habits.keeps_exception && exception && limit)
        limit->get_object()["LimitException"] = *exception;
    if (habits.arms_exception && limit) limit->get_object()["LimitException"] = "HardPowerOff";
    if (habits.after_patch) habits.after_patch(*found);
    auto& version = versions_[key_of(what.path)];
    version = version == 0 ? 2 : version + 1;
    return {204};
}

Service::Content Service::reset(const Asked& what) {
    const auto action = what.path.find("/Actions/ComputerSystem.Reset");
    json::value* system =
        action == std::string::npos ? nullptr : tree.find(what.path.substr(0, action));
    if (!system) return {404, error_body("Base.1.8.ResourceMissingAtURI", "There is nothing here")};
    const auto type = json::parse(what.body).at("ResetType").as_string();
    const bool off = type == "ForceOff" || type == "GracefulShutdown" || type == "Off";
    system->get_object()["PowerState"] = off ? "Off" : "On";
    return {204};
}

Answer Service::sent(const HttpRequest& request, const Content& content) const {
    std::string body = content.body;
    body.append(habits.padding, ' ');
    std::string head =
        fmt::format("HTTP/1.1 {} X\r\nContent-Type: application/json\r\n", content.status);
    for (const auto& [name, value] : content.fields) head += name + ": " + value + "\r\n";
    if (content.status != 204)
        head += fmt::format("Content-Length: {}\r\n", body.size() + (habits.truncate ? 100 : 0));
    const bool again = habits.keep_alive && !habits.truncate && request.keep_alive();
    if (!again) head += "Connection: close\r\n";
    return {.bytes = head + "\r\n" + body, .keep_alive = again};
}

}  // namespace frugald::test
