#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "plugins/ipmi/sdr.h"
#include "plugins/ipmi/stored_index.h"

namespace frugald::ipmi {

/// Keeps repositories over restarts of the daemon, so that thousands of BMCs need not be read
/// record by record again: a file for each different repository, called by its digest, and an
/// index that says which BMC has which. All of it is a cache: what is missing, damaged or of
/// another format is fetched again. Files are replaced whole, those of no BMC are removed.
class SdrStore {
public:
    using Addresses = std::map<std::string, std::string, std::less<>>;
    using Job = std::function<void()>;
    /// Runs a job that writes files, in order, maybe elsewhere; it must run, also at the end.
    using Run = std::function<void(Job)>;
    static void at_once(const Job& job) { job(); }

    /// Keeps nothing.
    SdrStore() = default;
    /// `directory` is made when first needed. Nothing is touched before `open`.
    SdrStore(std::filesystem::path directory, Run run);

    /// Reads the index. What it says of other nodes than these, or of a BMC at another address
    /// ("HOST:PORT", as configured), is forgotten.
    void open(Addresses addresses_by_node);

    /// Null: nothing is remembered about this node's BMC.
    const StoredBmc* find(std::string_view node) const;
    /// Absent: the file is not there, or not what was written.
    std::optional<Repository> load(const std::string& digest) const;
    void keep(const std::string& node, const RepositoryStamp& stamp, const DeviceId& device,
              const Repository& repository);

    /// Writes the index if something has changed and the last time is long enough ago.
    void save_now_and_then();
    void save();

private:
    void forget(const std::string& digest);
    std::filesystem::path file_of(const std::string& digest) const;

    std::filesystem::path directory_;
    Run run_;
    Addresses addresses_;
    StoredIndex index_;
    std::unordered_map<std::string, std::size_t> users_;  // of each digest
    bool changed_ = false;
    std::chrono::steady_clock::time_point saved_{};
};

}  // namespace frugald::ipmi
