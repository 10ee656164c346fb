#include "tests/room/bmc/crypto.h"

#include <cassert>
#include <stdexcept>

namespace frugald::room {
namespace {

constexpr std::size_t block = 64;

void expect(int success) {
    if (success != 1) throw std::runtime_error("OpenSSL lacks SHA-1, SHA-256 or AES-128-CBC");
}

}  // namespace

Crypto::Crypto()
    : sha1_(EVP_MD_CTX_new()),
      sha256_(EVP_MD_CTX_new()),
      encryption_(EVP_CIPHER_CTX_new()),
      decryption_(EVP_CIPHER_CTX_new()) {
    expect(EVP_DigestInit_ex(sha1_.get(), EVP_sha1(), nullptr));
    expect(EVP_DigestInit_ex(sha256_.get(), EVP_sha256(), nullptr));
    expect(EVP_EncryptInit_ex(encryption_.get(), EVP_aes_128_cbc(), nullptr, nullptr, nullptr));
    expect(EVP_DecryptInit_ex(decryption_.get(), EVP_aes_128_cbc(), nullptr, nullptr, nullptr));
    EVP_CIPHER_CTX_set_padding(encryption_.get(), 0);
    EVP_CIPHER_CTX_set_padding(decryption_.get(), 0);
}

Digest Crypto::hmac(Suite suite, View key, View data) {
    assert(key.size() <= block);
    EVP_MD_CTX* context = suite == Suite::sha1 ? sha1_.get() : sha256_.get();
    std::array<std::uint8_t, block> inner;
    std::array<std::uint8_t, block> outer;
    for (std::size_t i = 0; i < block; ++i) {
        const unsigned octet = i < key.size() ? key[i] : 0;
        inner[i] = static_cast<std::uint8_t>(octet ^ 0x36);
        outer[i] = static_cast<std::uint8_t>(octet ^ 0x5c);
    }
    Digest digest{};
    EVP_DigestInit_ex(context, nullptr, nullptr);
    EVP_DigestUpdate(context, inner.data(), block);
    EVP_DigestUpdate(context, data.data(), data.size());
    EVP_DigestFinal_ex(context, digest.data(), nullptr);
    EVP_DigestInit_ex(context, nullptr, nullptr);
    EVP_DigestUpdate(context, outer.data(), block);
    EVP_DigestUpdate(context, digest.data(), digest_size(suite));
    EVP_DigestFinal_ex(context, digest.data(), nullptr);
    return digest;
}

void Crypto::encrypt(const AesKey& key, View vector, View data, Packet& out) {
    Packet padded;
    padded.put(data);
    const std::size_t pad = 15 - data.size() % 16;
    for (std::size_t i = 1; i <= pad; ++i) padded.put8(static_cast<unsigned>(i));
    padded.put8(static_cast<unsigned>(pad));
    out.put(vector);
    const std::size_t start = out.size();
    out.fill(padded.size());
    if (out.overflown() || padded.overflown()) return;
    int written = 0;
    EVP_EncryptInit_ex(encryption_.get(), nullptr, nullptr, key.data(), vector.data());
    EVP_EncryptUpdate(encryption_.get(), out.data() + start, &written, padded.view().data(),
                      static_cast<int>(padded.size()));
}

std::optional<View> Crypto::decrypt(const AesKey& key, View payload) {
    if (payload.size() < 32 || payload.size() % 16 != 0 || payload.size() > plain_.size())
        return std::nullopt;
    int written = 0;
    EVP_DecryptInit_ex(decryption_.get(), nullptr, nullptr, key.data(), payload.data());
    EVP_DecryptUpdate(decryption_.get(), plain_.data(), &written, payload.data() + 16,
                      static_cast<int>(payload.size() - 16));
    const auto size = static_cast<std::size_t>(written);
    if (size + 16 != payload.size()) return std::nullopt;
    const std::size_t pad = plain_[size - 1];
    if (pad > 15 || pad + 1 > size) return std::nullopt;
    for (std::size_t i = 0; i < pad; ++i)
        if (plain_[size - 1 - pad + i] != i + 1) return std::nullopt;
    return View(plain_.data(), size - 1 - pad);
}

}  // namespace frugald::room
