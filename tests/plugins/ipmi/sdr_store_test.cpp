#include "plugins/ipmi/sdr_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "tests/support/scratch.h"

using namespace frugald;
using namespace frugald::ipmi;

namespace {

constexpr RepositoryStamp stamp_of(std::uint32_t time) {
    return {.records = 13, .added = time, .erased = time};
}
constexpr DeviceId dell{.manufacturer = 674, .product = 256, .firmware = 0x7a40000000000};

const SdrStore::Addresses two_nodes{{"n1", "10.1.0.1:623"}, {"n2", "10.1.0.2:623"}};

std::size_t repositories(const std::filesystem::path& directory) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        count += entry.path().extension() == ".sdr" ? 1U : 0U;
    return count;
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// Two nodes with one repository, saved.
void fill(const std::filesystem::path& directory) {
    SdrStore store(directory, SdrStore::at_once);
    store.open(two_nodes);
    store.keep("n1", stamp_of(5), dell, "records");
    store.keep("n2", stamp_of(6), dell, "records");
    store.save();
}

}  // namespace

TEST_CASE("repositories are kept by content and found by node") {
    const Scratch scratch;
    const auto directory = scratch.path() / "sdr";
    fill(directory);
    CHECK(repositories(directory) == 1);
    SdrStore store(directory, SdrStore::at_once);
    store.open(two_nodes);
    REQUIRE(store.find("n2"));
    CHECK(store.find("n2")->stamp == stamp_of(6));
    CHECK(store.find("n2")->device == dell);
    CHECK(store.load(store.find("n1")->digest) == "records");
    CHECK_FALSE(store.find("n3"));
}

TEST_CASE("a node that is gone, or whose BMC has another address, is forgotten with its file") {
    const Scratch scratch;
    const auto directory = scratch.path() / "sdr";
    fill(directory);
    {
        SdrStore store(directory, SdrStore::at_once);
        store.open({{"n1", "10.1.0.99:623"}, {"n2", "10.1.0.2:623"}});
        CHECK_FALSE(store.find("n1"));
        CHECK(store.find("n2"));
        CHECK(repositories(directory) == 1);
    }
    SdrStore store(directory, SdrStore::at_once);
    store.open({});
    CHECK(repositories(directory) == 0);
    store.save();
    SdrStore again(directory, SdrStore::at_once);
    again.open(two_nodes);
    CHECK_FALSE(again.find("n2"));
}

TEST_CASE("new firmware replaces the old repository: the files do not grow in number") {
    const Scratch scratch;
    const auto directory = scratch.path() / "sdr";
    SdrStore store(directory, SdrStore::at_once);
    store.open(two_nodes);
    for (std::uint32_t version = 1; version <= 50; ++version) {
        store.keep("n1", stamp_of(version), dell, fmt::format("firmware {}", version));
        store.keep("n2", stamp_of(version), dell, "constant");
        CHECK(repositories(directory) == 2);
    }
    CHECK(store.load(store.find("n1")->digest) == "firmware 50");
    // Both to the same one.
    store.keep("n1", stamp_of(51), dell, "constant");
    CHECK(repositories(directory) == 1);
}

TEST_CASE("damaged, cut or foreign files are no knowledge") {
    const Scratch scratch;
    const auto directory = scratch.path() / "sdr";
    fill(directory);
    const std::string index = text_of(directory / "index");
    const auto knows = [&] {
        SdrStore store(directory, SdrStore::at_once);
        store.open(two_nodes);
        return store.find("n1") != nullptr;
    };
    REQUIRE(knows());
    for (std::size_t size = 0; size < index.size(); size += 60) {
        fill(directory);
        std::ofstream(directory / "index", std::ios::trunc) << index.substr(0, size);
        CHECK_FALSE(knows());
    }
    for (std::size_t at = 0; at < index.size(); at += 5) {
        std::string changed = index;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_FALSE(read_index(changed));
    }
    fill(directory);
    SdrStore store(directory, SdrStore::at_once);
    store.open(two_nodes);
    const std::string digest = store.find("n1")->digest;
    std::ofstream(directory / (digest + ".sdr"), std::ios::trunc) << "recordz";
    CHECK_FALSE(store.load(digest));
    // It is written again when the records have come again.
    store.keep("n1", stamp_of(9), dell, "records");
    CHECK(store.load(digest) == "records");
}

TEST_CASE("leftovers of a crash are removed, files of others are not") {
    const Scratch scratch;
    const auto directory = scratch.path() / "sdr";
    fill(directory);
    const std::string stranger(32, 'a');
    scratch.write("sdr/" + stranger + ".sdr", "x");
    scratch.write("sdr/index.new", "half");
    scratch.write("sdr/notes.txt", "mine");
    SdrStore store(directory, SdrStore::at_once);
    store.open(two_nodes);
    CHECK(repositories(directory) == 1);
    CHECK_FALSE(std::filesystem::exists(directory / "index.new"));
    CHECK(std::filesystem::exists(directory / "notes.txt"));
}

TEST_CASE("where nothing can be written, nothing is kept and nothing fails") {
    SdrStore nowhere;
    nowhere.open(two_nodes);
    nowhere.keep("n1", stamp_of(1), dell, "records");
    nowhere.save();
    CHECK_FALSE(nowhere.find("n1"));
    SdrStore refused("/proc/frugald-test/sdr", SdrStore::at_once);
    refused.open(two_nodes);
    refused.keep("n1", stamp_of(1), dell, "records");
    refused.save();
    CHECK_FALSE(refused.load(digest_of("records")));
}

TEST_CASE("an index of 10,000 nodes is written and read in moments") {
    StoredIndex index;
    for (int i = 0; i < 10000; ++i)
        index[fmt::format("c{}", i)] = {"10.1.2.3:623", stamp_of(7), dell, digest_of("records")};
    const auto began = std::chrono::steady_clock::now();
    const std::string text = write_index(index);
    const auto read = read_index(text);
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(read == index);
    CHECK(text.size() < 1500000);
    CHECK(took < std::chrono::seconds(2));
    MESSAGE(text.size() << " bytes, "
                        << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                        << " ms");
}

TEST_CASE("the digest is FNV-1a of 128 bits") {
    CHECK(digest_of("") == "6c62272e07bb014262b821756295c58d");
    CHECK(digest_of("foobar") == "343e1662793c64bf6f0d3597ba446f18");
}
