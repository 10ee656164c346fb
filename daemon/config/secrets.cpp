#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <system_error>

#include "daemon/config/config.h"
#include "daemon/config/file.h"
#include "daemon/config/toml_file.h"
#include "daemon/core/printable.h"

namespace frugald {

namespace {

constexpr std::size_t longest_secret = 64 * 1024;
constexpr std::size_t longest_secrets_file = 1024 * 1024;

void wipe(std::string& text) { explicit_bzero(text.data(), text.size()); }

Result<Secret> read_credential(const std::filesystem::path& path) {
    auto content = read_regular_file(path, longest_secret);
    if (!content) return tl::unexpected(content.error());
    std::string_view text = *content;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    Secret secret{std::string{text}};
    wipe(*content);
    return secret;
}

/// A secrets file that others could have read or written is refused, not used.
Result<void> check_private(const std::filesystem::path& path, const struct stat& status) {
    const auto refuse = [&](std::string_view why) {
        return fail(Fault::invalid,
                    fmt::format("{} {}; make it safe: chown root:{} {}; chmod 0640 {}",
                                path.string(), why, ::getegid(), path.string(), path.string()));
    };
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return refuse(fmt::format("belongs to uid {}", status.st_uid));
    if ((status.st_mode & 0037) != 0)
        return refuse(fmt::format("has mode {:04o}, which lets others in", status.st_mode & 07777));
    if ((status.st_mode & 0040) != 0 && status.st_gid != ::getegid())
        return refuse(fmt::format("can be read by group {}", status.st_gid));
    return {};
}

void wipe_texts(Settings& table) {
    for (auto& entry : table.entries)
        if (auto* text = std::get_if<std::string>(&entry.value.value)) wipe(*text);
}

}  // namespace

Result<Secret> read_secret(const std::filesystem::path& secrets_file, std::string_view name) {
    const auto shown = printable(name, 60);
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view{"/\0", 2}) != std::string_view::npos)
        return fail(Fault::invalid, fmt::format("'{}' cannot be the name of a secret", shown));
    std::error_code error;
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory && *directory) {
        const auto credential = std::filesystem::path{directory} / name;
        if (std::filesystem::exists(credential, error)) return read_credential(credential);
    }
    if (std::filesystem::exists(secrets_file, error)) {
        const auto check = [&](const struct stat& status) {
            return check_private(secrets_file, status);
        };
        auto text = read_regular_file(secrets_file, longest_secrets_file, check);
        if (!text) return tl::unexpected(text.error());
        auto table = parse_toml(*text, secrets_file.string(), Quoting::forbidden);
        wipe(*text);
        if (!table) return tl::unexpected(table.error());
        std::optional<Secret> found;
        if (const auto* entry = table->find(name))
            if (const auto* value = std::get_if<std::string>(&entry->value.value))
                found.emplace(*value);
        wipe_texts(*table);
        if (found) return *found;
    }
    return fail(Fault::unavailable,
                fmt::format("secret '{}' is neither a credential (LoadCredential={}:FILE in the "
                            "unit) nor a text in {}",
                            shown, shown, secrets_file.string()));
}

}  // namespace frugald
