#include "plugins/ipmi/sdr_store.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <set>

#include "daemon/core/log.h"

namespace frugald::ipmi {
namespace {

constexpr std::chrono::seconds between_saves{30};
constexpr std::uintmax_t largest_file = 64 << 20;
constexpr const char* index_name = "index";
constexpr const char* repository_extension = ".sdr";
constexpr const char* new_extension = ".new";

std::optional<std::string> read_file(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error || size > largest_file) return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    return stream ? std::optional(std::move(text)) : std::nullopt;
}

// Whole or not at all: half a file would be half a repository.
void replace_file(const std::filesystem::path& file, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    auto fresh = file;
    fresh += new_extension;
    std::ofstream stream(fresh, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    if (stream) std::filesystem::rename(fresh, file, error);
    if (stream && !error) return;
    static std::atomic<bool> told = false;
    if (!told.exchange(true))
        log::warning(
            "ipmi: {} cannot be written; after a restart the sensor repositories are "
            "fetched again",
            file.string());
    std::filesystem::remove(fresh, error);
}

// What a crash or a node that is gone left behind.
void remove_strangers(const std::filesystem::path& directory, const std::set<std::string>& known) {
    std::error_code error;
    std::filesystem::directory_iterator entry(directory, error), end;
    for (; !error && entry != end; entry.increment(error)) {
        const auto extension = entry->path().extension();
        const bool ours = extension == repository_extension || extension == new_extension;
        std::error_code ignored;
        if (ours && !known.contains(entry->path().filename().string()))
            std::filesystem::remove(entry->path(), ignored);
    }
}

}  // namespace

SdrStore::SdrStore(std::filesystem::path directory, Run run)
    : directory_(std::move(directory)), run_(std::move(run)) {}

std::filesystem::path SdrStore::file_of(const std::string& digest) const {
    return directory_ / (digest + repository_extension);
}

void SdrStore::open(Addresses addresses_by_node) {
    if (directory_.empty()) return;
    addresses_ = std::move(addresses_by_node);
    const auto text = read_file(directory_ / index_name);
    auto index = text ? read_index(*text) : std::nullopt;
    if (text && !index)
        log::notice(
            "ipmi: {} is damaged or of another version; the sensor repositories are "
            "fetched again",
            (directory_ / index_name).string());
    index_ = std::move(index).value_or(StoredIndex{});
    const auto is_another = [this](const auto& each) {
        const auto configured = addresses_.find(each.first);
        return configured == addresses_.end() || configured->second != each.second.address;
    };
    changed_ = std::erase_if(index_, is_another) > 0;
    std::set<std::string> files;
    users_.clear();
    for (const auto& [node, bmc] : index_) {
        ++users_[bmc.digest];
        files.insert(file_of(bmc.digest).filename().string());
    }
    run_(
        [directory = directory_, files = std::move(files)] { remove_strangers(directory, files); });
    saved_ = std::chrono::steady_clock::now();
}

const StoredBmc* SdrStore::find(std::string_view node) const {
    const auto found = index_.find(node);
    return found == index_.end() ? nullptr : &found->second;
}

std::optional<Repository> SdrStore::load(const std::string& digest) const {
    auto repository = read_file(file_of(digest));
    if (repository && digest_of(*repository) != digest) return std::nullopt;
    return repository;
}

void SdrStore::keep(const std::string& node, const RepositoryStamp& stamp, const DeviceId& device,
                    const Repository& repository) {
    const auto address = addresses_.find(node);
    if (directory_.empty() || address == addresses_.end()) return;
    StoredBmc bmc{address->second, stamp, device, digest_of(repository)};
    const auto known = index_.find(node);
    if (known != index_.end() && known->second == bmc) return;
    // Written also when a file of this name is there: it may be the damaged one.
    if (users_[bmc.digest]++ == 0 || !load(bmc.digest))
        run_([file = file_of(bmc.digest), repository] { replace_file(file, repository); });
    if (known != index_.end()) forget(known->second.digest);
    index_.insert_or_assign(node, std::move(bmc));
    changed_ = true;
}

void SdrStore::forget(const std::string& digest) {
    const auto users = users_.find(digest);
    if (users == users_.end() || --users->second > 0) return;
    users_.erase(users);
    run_([file = file_of(digest)] {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    });
}

void SdrStore::save_now_and_then() {
    if (changed_ && std::chrono::steady_clock::now() - saved_ >= between_saves) save();
}

void SdrStore::save() {
    if (!changed_ || directory_.empty()) return;
    changed_ = false;
    saved_ = std::chrono::steady_clock::now();
    run_(
        [file = directory_ / index_name, text = write_index(index_)] { replace_file(file, text); });
}

}  // namespace frugald::ipmi
