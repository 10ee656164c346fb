#include "daemon/ctl/daemon.h"

#include <fmt/format.h>

#include <set>

#include "daemon/core/nodeset.h"

namespace frugald::ctl {

namespace {

constexpr int reading_patience_s = 20;
constexpr int acting_patience_s = 600;
constexpr std::chrono::minutes piece_patience{10};
constexpr std::chrono::seconds refresh_patience{10};

Exit code_of(Fault fault) {
    return fault == Fault::unauthorized ? exit_not_permitted : exit_unreachable;
}

Exit code_of(unsigned status) {
    if (status == 403) return exit_not_permitted;
    return status == 400 || status == 405 || status == 413 ? exit_usage : exit_some_failed;
}

Attempt<Json> interpret(const std::string& socket, const Result<Reply>& reply) {
    if (!reply) return tl::unexpected(Failure{code_of(reply.error().fault), reply.error().text});
    Json json = Json::parse(reply->body, nullptr, false);
    if (!json.is_object() || json.value("schema", "") != "frugald/1")
        return tl::unexpected(Failure{
            exit_unreachable,
            fmt::format("what answers at {} (HTTP {}) is not a frugald that this frugalctl knows; "
                        "are both of the same release?",
                        socket, reply->status)});
    if (reply->status == 200) return json;
    const Json error = json.value("error", Json::object());
    return tl::unexpected(Failure{code_of(reply->status), error.value("text", "no reason given")});
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool safe = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == ',';
        encoded += safe ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

std::string text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string{};
}

std::string gap_text(const Json& seconds) {
    const double value = seconds.get<double>();
    return value < 1 ? "-" : short_age(value);
}

void append(std::string& list, std::string_view separator, std::string_view part) {
    if (!list.empty()) list += separator;
    list += part;
}

Attempt<Json> Daemon::ask(const char* method, const std::string& target, const std::string& body,
                          int patience_s) const {
    return interpret(
        socket_, exchange_now(socket_, {method, target, body}, std::chrono::seconds{patience_s}));
}

asio::awaitable<Attempt<Json>> Daemon::get_soon(std::string target) const {
    Call call{"GET", std::move(target), ""};
    const auto reply = co_await exchange(socket_, std::move(call), refresh_patience);
    co_return interpret(socket_, reply);
}

Attempt<Json> Daemon::get(const std::string& target) const {
    return ask("GET", target, "", reading_patience_s);
}

Attempt<void> Daemon::stream(const std::string& target, const Listener& listener) const {
    const auto reply = stream_now(socket_, target, listener, piece_patience);
    if (reply && reply->status == 200) return {};
    if (!reply && reply.error().fault == Fault::cancelled)
        return tl::unexpected(Failure{exit_some_failed, "ended before the answer was whole"});
    return tl::unexpected(interpret(socket_, reply).error());
}

Attempt<Json> Daemon::get_slowly(const std::string& target) const {
    return ask("GET", target, "", acting_patience_s);
}

Attempt<Json> Daemon::post(const std::string& target, const Json& body) const {
    return ask("POST", target, body.dump(-1, ' ', false, Json::error_handler_t::replace),
               acting_patience_s);
}

Attempt<Json> Daemon::nodes(const std::string& nodeset) const {
    if (nodeset.empty()) return get("/api/v1/nodes");
    const auto names = node_names(nodeset);
    if (!names) return tl::unexpected(names.error());
    const std::string query = percent_encoded(fold_nodeset(*names));
    constexpr std::size_t longest_query = 6000;  // the daemon reads headers of 8 KiB
    if (query.size() <= longest_query) return get("/api/v1/nodes?nodes=" + query);
    auto all = get("/api/v1/nodes");
    if (!all) return all;
    std::set<std::string> wanted{names->begin(), names->end()};
    Json chosen = Json::array();
    for (Json& node : (*all)["nodes"])
        if (wanted.erase(node.value("node", "")) > 0) chosen.push_back(std::move(node));
    (*all)["nodes"] = std::move(chosen);
    (*all)["unknown_nodes"] = wanted;
    return all;
}

Attempt<std::vector<std::string>> node_names(const std::string& nodeset) {
    auto names = expand_nodeset(nodeset);
    if (!names)
        return tl::unexpected(Failure{
            exit_usage, names.error().text + " (quote nodesets: the shell expands brackets)"});
    if (names->empty()) return tl::unexpected(Failure{exit_usage, "the nodeset names no node"});
    return *names;
}

int report_unknown(const Terminal& terminal, const Json& answer) {
    const auto unknown = answer.at("unknown_nodes").get<std::vector<std::string>>();
    if (unknown.empty()) return exit_ok;
    terminal.err << "frugalctl: frugald does not know " << plain(fold_nodeset(unknown)) << '\n';
    return exit_some_failed;
}

int report(const Terminal& terminal, const Failure& failure) {
    if (terminal.json)
        terminal.out << Json{{"schema", "frugald/1"},
                             {"error", {{"exit", int{failure.code}}, {"text", failure.text}}}}
                            .dump(-1, ' ', false, Json::error_handler_t::replace)
                     << '\n';
    terminal.err << "frugalctl: " << plain(failure.text) << '\n';
    return failure.code;
}

}  // namespace frugald::ctl
