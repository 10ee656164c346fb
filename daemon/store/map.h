#pragma once

#include "daemon/store/sqlite/database.h"
#include "daemon/store/store.h"

namespace frugald {

/// The small durable map. Its row ("entry", "digest") says how many entries there are and what they
/// add up to, so that one which damage has taken away or changed is missed.
class MapTable {
public:
    /// Whether the map is what was written to it.
    enum class State {
        whole,
        unknown,  // an older frugald kept no digest
        damaged,
    };

    explicit MapTable(Database& database) : database_(database) {}

    Result<void> put(const std::string& space, const std::string& key, const std::string& value);
    Result<void> erase(const std::string& space, const std::string& key);
    Result<std::vector<std::pair<std::string, std::string>>> all(const std::string& space);

    Result<State> state();
    /// Makes the digest that of what is there.
    Result<void> adopt();

private:
    struct Digest {
        std::int64_t count = 0;
        std::uint64_t sum = 0;
        bool operator==(const Digest&) const = default;
    };
    Result<std::optional<std::string>> value_of(std::string_view space, std::string_view key);
    Result<Digest> computed();
    Result<std::optional<Digest>> kept();
    Result<void> keep(const Digest& digest);
    Result<void> change(const std::string& space, const std::string& key,
                        const std::optional<std::string>& value);

    Database& database_;
};

}  // namespace frugald
