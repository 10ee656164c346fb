#include "daemon/engine/journald.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "daemon/hook/journal.h"

namespace frugald {

namespace {

constexpr const char* usual_socket = "/run/systemd/journal/socket";
constexpr int warning = 4, notice = 5, info = 6;  // syslog(3)

/// Kind of entry to MESSAGE_ID. Never changed: people filter by them.
const std::map<std::string, const char*, std::less<>>& message_ids() {
    static const std::map<std::string, const char*, std::less<>> ids{
        {"command", "9bac4d2556ae4a3ab0447697d6e3bb4d"},
        {"answer", "ce7c35b53566480a8e5d5867bc5bebad"},
        {"refused", "749ae629b2a44e4a9a4da5ad6b684b43"},
        {"incident", "c60f2741885549a1a8620c25c35c3f11"},
        {"hook", "1a8e05193b29400aa0a88ab9733d0b75"},
        {"request", "aa09174368cd402aa42f2d8aab0800f2"},
        {"hold", "72a2b655f4f946ae9cd0712db8482cf7"},
        {"release", "1207b96d671c40ecbe78e3d95085d433"},
        {"mode", "c6a37985684143be863f1edf8847a5ea"},
        {"config", "b911f8c4be0d4f77b7a2e4cf8a32778a"},
        {"stop", "881d8202789f4fdaa0fff2c7ffc6d575"},
        {"identity", "ab5af2727524493c87da003fc4f936b2"},
        {"quarantine", "93dffb6015a0401a8f6d005f49e24a99"},
        {"quarantine_end", "2951711e179b452b900e6565f28d69b3"},
        {"calibration", "100bcbb484434ff689f141111fcb292c"},
        {"read_back", "864262349ad64cbfa99d666236e486d1"},
        {"cap_end", "fad6ee40c24e4cbfbf880e0033968f9a"},
    };
    return ids;
}

std::string words(const HistoryValue& value) {
    struct Visitor {
        std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(double number) const { return fmt::format("{:g}", number); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const std::vector<std::string>& texts) const {
            return fmt::format("{}", fmt::join(texts, ","));
        }
    };
    return std::visit(Visitor{}, value);
}

/// The first of these fields that the entry has.
std::string first_of(const HistoryEntry& entry, std::initializer_list<std::string_view> names) {
    for (const auto name : names)
        for (const auto& [field, value] : entry.fields)
            if (field == name) return words(value);
    return {};
}

int priority_of(const std::string& kind) {
    if (kind == "incident" || kind == "quarantine") return warning;
    return kind == "answer" || kind == "read_back" ? info : notice;
}

std::string message_of(const HistoryEntry& entry) {
    std::string text = entry.node.empty() ? entry.kind : entry.node + ": " + entry.kind;
    for (const auto& [name, value] : entry.fields) {
        const auto said = words(value);
        if (!said.empty()) text += fmt::format(" {}={}", name, said);
    }
    return text;
}

}  // namespace

std::string journal_socket() {
    if (const char* named = std::getenv("FRUGALD_JOURNAL_SOCKET")) return named;
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat errors {};
    if (!stream || ::fstat(STDERR_FILENO, &errors) != 0) return {};
    // An inherited variable does not mean that it is this process's stderr.
    return stream == fmt::format("{}:{}", errors.st_dev, errors.st_ino) ? usual_socket : "";
}

void Journald::send(const HistoryEntry& entry) const {
    const auto id = message_ids().find(entry.kind);
    if (socket_.empty() || id == message_ids().end()) return;
    hook::send_native(socket_,
                      {{"PRIORITY", std::to_string(priority_of(entry.kind))},
                       {"SYSLOG_IDENTIFIER", "frugald"},
                       {"MESSAGE_ID", id->second},
                       {"FRUGALD_KIND", entry.kind},
                       {"FRUGALD_NODE", entry.node},
                       {"FRUGALD_ACTION", first_of(entry, {"action", "wish", "verb", "event"})},
                       {"FRUGALD_REASON", first_of(entry, {"why", "what"})},
                       {"FRUGALD_ACTOR", first_of(entry, {"by", "actor"})},
                       {"FRUGALD_RULE", first_of(entry, {"rule"})},
                       {"FRUGALD_RESULT", first_of(entry, {"text", "ok", "chassis"})},
                       {"MESSAGE", message_of(entry)}});
}

}  // namespace frugald
