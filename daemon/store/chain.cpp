#include "daemon/store/chain.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "daemon/core/c_handle.h"

namespace frugald {

namespace {

using Digest = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;

/// Looking the algorithm up costs more than hashing a line.
const EVP_MD* sha256() {
    static const CHandle<EVP_MD, EVP_MD_free> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    return algorithm.get();
}

}  // namespace

std::string chain_hash(std::string_view before, std::string_view line) {
    const Digest digest{EVP_MD_CTX_new()};
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (!digest || EVP_DigestInit_ex(digest.get(), sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(digest.get(), before.data(), before.size()) != 1 ||
        EVP_DigestUpdate(digest.get(), line.data(), line.size()) != 1 ||
        EVP_DigestFinal_ex(digest.get(), bytes.data(), &size) != 1)
        throw std::runtime_error{"libcrypto has no SHA-256"};
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(chain_start.size());
    for (unsigned at = 0; at < size; ++at) {
        text += digits[bytes[at] >> 4U];
        text += digits[bytes[at] & 15U];
    }
    return text;
}

}  // namespace frugald
