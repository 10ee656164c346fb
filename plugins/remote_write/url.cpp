#include "plugins/remote_write/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace frugald::remote_write {

namespace {

tl::unexpected<Error> mistake(std::string_view text, std::string_view why) {
    return fail(Fault::invalid,
                fmt::format("'{}' {}; write it like http://receiver:8428/api/v1/write", text, why));
}

/// "host", "host:9090", "[::1]:9090"; false if it is none of these.
bool split(std::string_view authority, Url& url) {
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == authority.npos) return false;
        url.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
        if (!port.empty() && port.front() != ':') return false;
    } else {
        const auto colon = authority.find(':');
        url.host = authority.substr(0, colon);
        if (colon != authority.npos) port = authority.substr(colon);
    }
    if (url.host.empty()) return false;
    if (port.empty()) return true;
    const auto* const end = port.data() + port.size();
    const auto [read, failed] = std::from_chars(port.data() + 1, end, url.port);
    return failed == std::errc{} && read == end && url.port > 0;
}

}  // namespace

std::string Url::authority() const {
    auto text = host.find(':') == host.npos ? host : fmt::format("[{}]", host);
    if (port != (tls ? 443 : 80)) text += fmt::format(":{}", port);
    return text;
}

Result<Url> parse_url(std::string_view text) {
    Url url;
    url.tls = text.starts_with("https://");
    if (!url.tls && !text.starts_with("http://"))
        return mistake(text, "begins neither with http:// nor with https://");
    const auto visible = [](char c) { return c > ' ' && c < '\x7f' && c != '#'; };
    if (!std::ranges::all_of(text, visible)) return mistake(text, "has characters that no URL has");
    const auto rest = text.substr(url.tls ? 8 : 7);
    const auto slash = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = rest.substr(0, slash);
    if (authority.find('@') != authority.npos)
        return fail(Fault::invalid, "write user and secret as keys of their own, not into the URL");
    url.port = url.tls ? 443 : 80;
    if (!split(authority, url)) return mistake(text, "has no host, or a port that is none");
    const auto path = rest.substr(slash);
    url.target = fmt::format("{}{}", path.starts_with('/') ? "" : "/", path);
    return url;
}

}  // namespace frugald::remote_write
