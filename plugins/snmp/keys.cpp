#include "plugins/snmp/keys.h"

#include <algorithm>
#include <array>

#include "plugins/snmp/protocols.h"

namespace frugald::snmp {

const Secret& Keys::of(std::string_view auth, const Secret& password) {
    for (const auto& entry : known_)
        if (entry->auth == auth && entry->password.reveal() == password.reveal()) return entry->key;
    const auto protocol = auth_protocol(auth);
    const auto text = password.reveal();
    std::array<u_char, USM_AUTH_KU_LEN> bytes{};
    std::size_t size = bytes.size();
    Secret key;
    if (generate_Ku(protocol.data(), static_cast<u_int>(protocol.size()),
                    reinterpret_cast<const u_char*>(text.data()), text.size(), bytes.data(),
                    &size) == SNMPERR_SUCCESS)
        key = Secret{std::string{reinterpret_cast<const char*>(bytes.data()), size}};
    explicit_bzero(bytes.data(), bytes.size());
    known_.push_back(std::make_unique<Entry>(Entry{std::string{auth}, password, std::move(key)}));
    return known_.back()->key;
}

}  // namespace frugald::snmp
