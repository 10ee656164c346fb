#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "daemon/ctl/client.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ports/asio.h"

namespace frugald::ctl {

using Json = nlohmann::ordered_json;

struct Failure {
    Exit code = exit_some_failed;
    std::string text;
};

template <class T>
using Attempt = tl::expected<T, Failure>;

/// A text of an answer; empty where the answer has null.
std::string text(const Json& value);
/// The length of a gap; "-" for none.
std::string gap_text(const Json& seconds);
/// Adds `part` to a list with a separator.
void append(std::string& list, std::string_view separator, std::string_view part);

/// The daemon behind the socket, asked and answering in JSON.
class Daemon {
public:
    explicit Daemon(std::string socket) : socket_(std::move(socket)) {}

    Attempt<Json> get(const std::string& target) const;
    /// What may take minutes.
    Attempt<Json> get_slowly(const std::string& target) const;
    /// The same without blocking; gives up sooner, because it will be asked again.
    asio::awaitable<Attempt<Json>> get_soon(std::string target) const;
    /// A long answer, taken while it comes.
    Attempt<void> stream(const std::string& target, const Listener& listener) const;
    /// Waits for as long as an acting verb may take, verification included.
    Attempt<Json> post(const std::string& target, const Json& body) const;
    /// The nodes of /api/v1/nodes that `nodeset` names, all if it is empty; the nodeset may be of
    /// any length. Names that are not known are in "unknown_nodes".
    Attempt<Json> nodes(const std::string& nodeset) const;

private:
    Attempt<Json> ask(const char* method, const std::string& target, const std::string& body,
                      int patience_s) const;
    std::string socket_;
};

/// Made fit for a value in the query of a target.
std::string percent_encoded(std::string_view text);

/// The names in a nodeset of the command line.
Attempt<std::vector<std::string>> node_names(const std::string& nodeset);

/// Names the nodes of an answer of `Daemon::nodes` that frugald does not know; returns the exit
/// code.
int report_unknown(const Terminal& terminal, const Json& answer);

/// Says what went wrong, on stderr and with --json also on stdout; returns the exit code.
int report(const Terminal& terminal, const Failure& failure);

}  // namespace frugald::ctl
