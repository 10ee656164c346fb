#define OPENSSL_SUPPRESS_DEPRECATED  // see hmac.h

#include "plugins/ipmi/hmac.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace frugald::ipmi {
namespace {

constexpr std::size_t hash_block_size = 64;  // of SHA-1 and SHA-256 alike
using Block = std::array<std::uint8_t, hash_block_size>;

// What differs between the two digests, under one name each.
struct Sha1 {
    using Context = SHA_CTX;
    static constexpr std::size_t size = SHA_DIGEST_LENGTH;
    static void start(Context& context) { SHA1_Init(&context); }
    static void add(Context& context, Bytes bytes) {
        SHA1_Update(&context, bytes.data(), bytes.size());
    }
    static void finish(Context& context, std::uint8_t* digest) { SHA1_Final(digest, &context); }
    static void save(const Context& context, std::array<std::uint32_t, 8>& state) {
        state = {context.h0, context.h1, context.h2, context.h3, context.h4};
    }
    static void load(Context& context, const std::array<std::uint32_t, 8>& state) {
        context.h0 = state[0];
        context.h1 = state[1];
        context.h2 = state[2];
        context.h3 = state[3];
        context.h4 = state[4];
    }
};

struct Sha256 {
    using Context = SHA256_CTX;
    static constexpr std::size_t size = SHA256_DIGEST_LENGTH;
    static void start(Context& context) { SHA256_Init(&context); }
    static void add(Context& context, Bytes bytes) {
        SHA256_Update(&context, bytes.data(), bytes.size());
    }
    static void finish(Context& context, std::uint8_t* digest) { SHA256_Final(digest, &context); }
    static void save(const Context& context, std::array<std::uint32_t, 8>& state) {
        std::copy(std::begin(context.h), std::end(context.h), state.begin());
    }
    static void load(Context& context, const std::array<std::uint32_t, 8>& state) {
        std::copy(state.begin(), state.end(), std::begin(context.h));
    }
};

template <class Sha>
void digest_key(Bytes key, std::uint8_t pad, std::array<std::uint32_t, 8>& state) {
    Block block;
    block.fill(pad);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
    typename Sha::Context context;
    Sha::start(context);
    Sha::add(context, block);
    Sha::save(context, state);
    OPENSSL_cleanse(block.data(), block.size());
    OPENSSL_cleanse(&context, sizeof context);
}

template <class Sha>
void resume(typename Sha::Context& context, const std::array<std::uint32_t, 8>& state) {
    Sha::start(context);
    Sha::load(context, state);
    context.Nl = hash_block_size * 8;  // bits digested so far
}

template <class Sha>
void sign_with(const std::array<std::uint32_t, 8>& inner, const std::array<std::uint32_t, 8>& outer,
               Bytes text, Hmac::Code& code) {
    typename Sha::Context context;
    resume<Sha>(context, inner);
    Sha::add(context, text);
    Sha::finish(context, code.data());
    resume<Sha>(context, outer);
    Sha::add(context, Bytes(code).first(Sha::size));
    Sha::finish(context, code.data());
}

}  // namespace

Hmac::Hmac(Digest digest, Bytes key) : digest_(digest) {
    constexpr std::uint8_t inner_pad = 0x36, outer_pad = 0x5c;
    assert(key.size() <= hash_block_size);
    const auto prepare = digest == Digest::sha1 ? digest_key<Sha1> : digest_key<Sha256>;
    prepare(key, inner_pad, inner_);
    prepare(key, outer_pad, outer_);
}

Hmac::~Hmac() {
    OPENSSL_cleanse(inner_.data(), sizeof inner_);
    OPENSSL_cleanse(outer_.data(), sizeof outer_);
}

void Hmac::sign(Bytes text, Code& code) const {
    if (digest_ == Digest::sha1)
        sign_with<Sha1>(inner_, outer_, text, code);
    else
        sign_with<Sha256>(inner_, outer_, text, code);
}

}  // namespace frugald::ipmi
