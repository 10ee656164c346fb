#include "daemon/store/map.h"

#include <charconv>

#include "daemon/store/rows.h"

namespace frugald {

namespace {

/// FNV-1a. With the lengths, so that no text can move from one part to the next.
std::uint64_t hash_of(std::string_view space, std::string_view key, std::string_view value) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
    for (const auto part : {space, key, value}) {
        for (auto size = part.size(); size > 0; size >>= 8U) add(size & 0xffU);
        add(0);
        for (const char c : part) add(static_cast<unsigned char>(c));
    }
    return hash ^ hash >> 29U;
}

}  // namespace

Result<void> MapTable::put(const std::string& space, const std::string& key,
                           const std::string& value) {
    return change(space, key, value);
}

Result<void> MapTable::erase(const std::string& space, const std::string& key) {
    return change(space, key, std::nullopt);
}

Result<void> MapTable::change(const std::string& space, const std::string& key,
                              const std::optional<std::string>& value) {
    const auto work = [&]() -> Result<void> {
        const auto before = value_of(space, key);
        if (!before) return tl::unexpected(before.error());
        if (*before == value) return {};
        auto digest = kept();
        if (!digest) return tl::unexpected(digest.error());
        auto write = database_.prepare(value ? "INSERT OR REPLACE INTO entry VALUES(?, ?, ?)"
                                             : "DELETE FROM entry WHERE space = ? AND key = ?");
        if (!write) return tl::unexpected(write.error());
        auto done = value ? write->run(space, key, *value) : write->run(space, key);
        if (!done || !*digest) return done;
        if (*before) {
            --(*digest)->count;
            (*digest)->sum -= hash_of(space, key, **before);
        }
        if (value) {
            ++(*digest)->count;
            (*digest)->sum += hash_of(space, key, *value);
        }
        return keep(**digest);
    };
    return database_.transaction(work);
}

Result<std::vector<std::pair<std::string, std::string>>> MapTable::all(const std::string& space) {
    auto query = database_.prepare("SELECT key, value FROM entry WHERE space = ? ORDER BY key");
    if (!query) return tl::unexpected(query.error());
    query->bind(space);
    return all_rows(*query, [](const Statement& row) {
        return std::pair{row.text(0), row.text(1)};
    });
}

Result<std::optional<std::string>> MapTable::value_of(std::string_view space,
                                                      std::string_view key) {
    auto query = database_.prepare("SELECT value FROM entry WHERE space = ? AND key = ?");
    if (!query) return tl::unexpected(query.error());
    query->bind(space, key);
    const auto row = query->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return std::nullopt;
    return query->text(0);
}

/// Without the heads of this digest and of the audit, which are checked by what they are about.
Result<MapTable::Digest> MapTable::computed() {
    auto query = database_.prepare(
        "SELECT space, key, value FROM entry WHERE space NOT IN ('entry', 'audit')");
    if (!query) return tl::unexpected(query.error());
    Digest digest;
    for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return digest;
        ++digest.count;
        digest.sum += hash_of(query->text(0), query->text(1), query->text(2));
    }
}

Result<std::optional<MapTable::Digest>> MapTable::kept() {
    const auto text = value_of("entry", "digest");
    if (!text) return tl::unexpected(text.error());
    if (!*text) return std::nullopt;
    // What cannot be read is no digest of anything.
    Digest digest{-1, 0};
    const char* const end = (*text)->data() + (*text)->size();
    const auto [space, error] = std::from_chars((*text)->data(), end, digest.count);
    if (error == std::errc{} && space != end) std::from_chars(space + 1, end, digest.sum, 16);
    return digest;
}

Result<void> MapTable::keep(const Digest& digest) {
    auto keep = database_.prepare("INSERT OR REPLACE INTO entry VALUES('entry', 'digest', ?)");
    if (!keep) return tl::unexpected(keep.error());
    return keep->run(fmt::format("{} {:016x}", digest.count, digest.sum));
}

Result<MapTable::State> MapTable::state() {
    const auto said = kept();
    const auto found = computed();
    if (!said || !found) return tl::unexpected((said ? found.error() : said.error()));
    if (!*said) return State::unknown;
    return **said == *found ? State::whole : State::damaged;
}

Result<void> MapTable::adopt() {
    const auto work = [&]() -> Result<void> {
        const auto digest = computed();
        if (!digest) return tl::unexpected(digest.error());
        return keep(*digest);
    };
    return database_.transaction(work);
}

}  // namespace frugald
