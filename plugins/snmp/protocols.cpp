#include "plugins/snmp/protocols.h"

#include <array>
#include <vector>

#include "plugins/snmp/account.h"

namespace frugald::snmp {

namespace {

struct Protocol {
    std::string_view word;
    std::span<oid> identifier;
};

const auto& auth_protocols() {
    static const std::array protocols{
        Protocol{"SHA-256", usmHMAC192SHA256AuthProtocol},
        Protocol{"SHA-384", usmHMAC256SHA384AuthProtocol},
        Protocol{"SHA-512", usmHMAC384SHA512AuthProtocol},
        Protocol{"SHA-224", usmHMAC128SHA224AuthProtocol},
        Protocol{"SHA", usmHMACSHA1AuthProtocol},
    };
    return protocols;
}

const auto& privacy_protocols() {
    static const std::array protocols{
        Protocol{"AES", usmAESPrivProtocol},
        Protocol{"AES-256", usmAES256PrivProtocol},
        Protocol{"AES-256-C", usmAES256CiscoPrivProtocol},
    };
    return protocols;
}

template <class Protocols>
std::span<oid> find(const Protocols& protocols, std::string_view word) {
    for (const auto& protocol : protocols)
        if (protocol.word == word) return protocol.identifier;
    return {};
}

template <class Protocols>
std::vector<std::string_view> words(const Protocols& protocols) {
    std::vector<std::string_view> words;
    for (const auto& protocol : protocols) words.push_back(protocol.word);
    return words;
}

}  // namespace

std::span<oid> auth_protocol(std::string_view word) { return find(auth_protocols(), word); }
std::span<oid> privacy_protocol(std::string_view word) { return find(privacy_protocols(), word); }

std::vector<std::string_view> known_auth() { return words(auth_protocols()); }
std::vector<std::string_view> known_privacy() { return words(privacy_protocols()); }

}  // namespace frugald::snmp
