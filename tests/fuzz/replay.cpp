// Feeds a fuzz target its corpus, and mutations of it, without libFuzzer: what was found once stays
// found with every compiler. Usage: NAME CORPUS_DIRECTORY
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

std::vector<Input> read_corpus(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Input> corpus;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

void mutate(Input& input, std::mt19937& random) {
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = input.empty() ? 0 : random() % input.size();
        const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random() % 4) {
            case 0:
                input.insert(place, static_cast<std::uint8_t>(random()));
                break;
            case 1:
                if (!input.empty()) input.erase(place);
                break;
            case 2:
                if (!input.empty()) *place = static_cast<std::uint8_t>(random());
                break;
            default:
                if (!input.empty()) *place ^= static_cast<std::uint8_t>(1U << random() % 8);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int mutations_each = 2000;
    if (argc != 2) return 2;
    const std::vector<Input> corpus = read_corpus(argv[1]);
    if (corpus.empty()) {
        std::fprintf(stderr, "%s holds no corpus\n", argv[1]);
        return 1;
    }
    std::mt19937 random(2022);
    for (const Input& original : corpus) {
        LLVMFuzzerTestOneInput(original.data(), original.size());
        for (int i = 0; i < mutations_each; ++i) {
            Input input = original;
            mutate(input, random);
            LLVMFuzzerTestOneInput(input.data(), input.size());
        }
    }
    std::printf("%zu inputs and %d mutations of each\n", corpus.size(), mutations_each);
    return 0;
}
