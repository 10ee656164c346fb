#include "plugins/ipmi/setup_codec.h"

#include <fmt/format.h>

namespace frugald::ipmi {
namespace {

constexpr std::uint8_t name_only_lookup = IPMI_NAME_ONLY_LOOKUP;

unsigned length(std::string_view text) { return static_cast<unsigned>(text.size()); }

std::uint8_t privilege_of(const Handshake& handshake) {
    return static_cast<std::uint8_t>(handshake.credentials.privilege);
}

// intel20: the name is padded to 16 bytes in message 1, its check and the session key.
std::string padded_name(const Handshake& handshake) {
    std::string name = handshake.credentials.user;
    if (handshake.workarounds.intel_2_0) name.resize(IPMI_MAX_USER_NAME_LENGTH, '\0');
    return name;
}

const char* pointer(const std::string& name) { return name.empty() ? nullptr : name.data(); }

Packet assemble(std::uint8_t payload_type, const Fiid& message) {
    const Fiid rmcp_header(fiid_obj_create(tmpl_rmcp_hdr));
    const Fiid session_header(fiid_obj_create(tmpl_rmcpplus_session_hdr));
    Packet packet;
    if (fill_rmcp_hdr_ipmi(rmcp_header.get()) < 0 ||
        fill_rmcpplus_session_hdr(payload_type, IPMI_PAYLOAD_FLAG_UNAUTHENTICATED,
                                  IPMI_PAYLOAD_FLAG_UNENCRYPTED, 0, 0, 0, 0,
                                  session_header.get()) < 0)
        return packet;
    const int size = assemble_ipmi_rmcpplus_pkt(
        IPMI_AUTHENTICATION_ALGORITHM_RAKP_NONE, IPMI_INTEGRITY_ALGORITHM_NONE,
        IPMI_CONFIDENTIALITY_ALGORITHM_NONE, nullptr, 0, nullptr, 0, nullptr, 0, rmcp_header.get(),
        session_header.get(), nullptr, message.get(), nullptr, packet.data(), Packet::capacity(),
        IPMI_INTERFACE_FLAGS_DEFAULT);
    if (size > 0) packet.resize(static_cast<std::size_t>(size));
    return packet;
}

// The message's status, if the packet is the expected message with this tag for this session.
std::optional<Status> unassemble(Bytes packet, std::uint8_t payload_type, std::uint8_t tag,
                                 const Handshake& handshake, const Fiid& message) {
    if (packet.size() < 18 || packet[4] != 0x06 || packet[5] != payload_type) return std::nullopt;
    const Fiid rmcp_header(fiid_obj_create(tmpl_rmcp_hdr));
    const Fiid session_header(fiid_obj_create(tmpl_rmcpplus_session_hdr));
    const Fiid payload(fiid_obj_create(tmpl_rmcpplus_payload));
    const int parsed = unassemble_ipmi_rmcpplus_pkt(
        IPMI_AUTHENTICATION_ALGORITHM_RAKP_NONE, IPMI_INTEGRITY_ALGORITHM_NONE,
        IPMI_CONFIDENTIALITY_ALGORITHM_NONE, nullptr, 0, nullptr, 0, packet.data(),
        static_cast<unsigned>(packet.size()), rmcp_header.get(), session_header.get(),
        payload.get(), nullptr, message.get(), nullptr, nullptr, IPMI_INTERFACE_FLAGS_DEFAULT);
    if (parsed != 1) return std::nullopt;
    const auto got_tag = number(message, "message_tag");
    const auto status = number(message, "rmcpplus_status_code");
    if (!got_tag || *got_tag != tag || !status) return std::nullopt;
    // Refusals may end before the id; the tag and the sender's address are all there is then.
    const auto id = number(message, "remote_console_session_id");
    if (id ? *id != handshake.session.console_id : *status == 0) return std::nullopt;
    return static_cast<Status>(*status);
}

bool copy_field(const Fiid& message, const char* field, std::array<std::uint8_t, 16>& into) {
    return fiid_obj_get_data(message.get(), field, into.data(), 16) == 16;
}

// supermicro20: the code in message 2 is a byte too long.
void shorten_code(const Fiid& message, const Handshake& handshake) {
    std::array<std::uint8_t, 64> code{};
    const char* const field = "key_exchange_authentication_code";
    const int size = fiid_obj_get_data(message.get(), field, code.data(), code.size());
    const int expected = handshake.session.suite.id == 17 ? IPMI_HMAC_SHA256_DIGEST_LENGTH
                                                          : IPMI_HMAC_SHA1_DIGEST_LENGTH;
    if (size != expected + 1) return;
    fiid_obj_clear_field(message.get(), field);
    fiid_obj_set_data(message.get(), field, code.data(), static_cast<unsigned>(expected));
}

bool proves_password(const Handshake& handshake, const Fiid& message) {
    const std::string_view password = handshake.credentials.password.reveal();
    const std::string name = padded_name(handshake);
    return ipmi_rmcpplus_check_rakp_2_key_exchange_authentication_code(
               handshake.session.suite.authentication, password.empty() ? nullptr : password.data(),
               length(password), handshake.session.console_id, handshake.session.bmc_id,
               handshake.console_nonce.data(), 16, handshake.bmc_nonce.data(), 16,
               handshake.session.guid.data(), 16, name_only_lookup, privilege_of(handshake),
               pointer(name), length(name), message.get()) == 1;
}

bool derive_keys(Handshake& handshake) {
    const std::string_view password = handshake.credentials.password.reveal();
    const std::string name = padded_name(handshake);
    Session& session = handshake.session;
    const auto room = [](Key& key) {
        key.size = static_cast<unsigned>(key.bytes.size());
        return static_cast<void*>(key.bytes.data());
    };
    void* root = room(handshake.integrity_root);
    void* integrity = room(session.integrity_key);
    void* confidentiality = room(session.confidentiality_key);
    const int derived = ipmi_calculate_rmcpplus_session_keys(
        session.suite.authentication, session.suite.integrity, session.suite.confidentiality,
        password.empty() ? nullptr : password.data(), length(password), nullptr, 0,
        handshake.console_nonce.data(), 16, handshake.bmc_nonce.data(), 16, name_only_lookup,
        privilege_of(handshake), pointer(name), length(name), &root, &handshake.integrity_root.size,
        &integrity, &session.integrity_key.size, &confidentiality,
        &session.confidentiality_key.size);
    if (derived == 0) session.prepare();
    return derived == 0;
}

}  // namespace

Result<CipherSuite> cipher_suite(std::uint8_t id) {
    CipherSuite suite{.id = id};
    if ((id != 17 && id != 3) ||
        ipmi_cipher_suite_id_to_algorithms(id, &suite.authentication, &suite.integrity,
                                           &suite.confidentiality) < 0)
        return fail(Fault::invalid,
                    fmt::format("cipher suite {} is not offered: only 17 and, by explicit choice, "
                                "3 authenticate and encrypt well enough",
                                id));
    return suite;
}

Packet open_session_request(const Handshake& handshake, std::uint8_t tag) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_open_session_request));
    const CipherSuite& suite = handshake.session.suite;
    const bool real =
        handshake.workarounds.open_session_privilege || handshake.workarounds.intel_2_0;
    if (fill_rmcpplus_open_session(
            tag, real ? privilege_of(handshake) : std::uint8_t{IPMI_PRIVILEGE_LEVEL_HIGHEST_LEVEL},
            handshake.session.console_id, suite.authentication, suite.integrity,
            suite.confidentiality, message.get()) < 0)
        return {};
    return assemble(IPMI_PAYLOAD_TYPE_RMCPPLUS_OPEN_SESSION_REQUEST, message);
}

Packet rakp_1(const Handshake& handshake, std::uint8_t tag) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_rakp_message_1));
    const std::string name = padded_name(handshake);
    if (fill_rmcpplus_rakp_message_1(tag, handshake.session.bmc_id, handshake.console_nonce.data(),
                                     16, privilege_of(handshake), name_only_lookup, pointer(name),
                                     length(name), message.get()) < 0)
        return {};
    return assemble(IPMI_PAYLOAD_TYPE_RAKP_MESSAGE_1, message);
}

Packet rakp_3(const Handshake& handshake, std::uint8_t tag) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_rakp_message_3));
    const std::string_view password = handshake.credentials.password.reveal();
    const std::string& name = handshake.credentials.user;
    const std::uint8_t lookup = handshake.workarounds.intel_2_0
                                    ? std::uint8_t{IPMI_USER_NAME_PRIVILEGE_LOOKUP}
                                    : name_only_lookup;
    std::array<std::uint8_t, 64> code{};
    const int size = ipmi_calculate_rakp_3_key_exchange_authentication_code(
        handshake.session.suite.authentication, password.empty() ? nullptr : password.data(),
        length(password), handshake.bmc_nonce.data(), 16, handshake.session.console_id, lookup,
        privilege_of(handshake), pointer(name), length(name), code.data(), code.size());
    if (size < 0 ||
        fill_rmcpplus_rakp_message_3(tag, RMCPPLUS_STATUS_NO_ERRORS, handshake.session.bmc_id,
                                     code.data(), static_cast<unsigned>(size), message.get()) < 0)
        return {};
    return assemble(IPMI_PAYLOAD_TYPE_RAKP_MESSAGE_3, message);
}

std::optional<Status> take_open_session_answer(Bytes packet, std::uint8_t tag,
                                               Handshake& handshake) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_open_session_response));
    const auto status = unassemble(packet, IPMI_PAYLOAD_TYPE_RMCPPLUS_OPEN_SESSION_RESPONSE, tag,
                                   handshake, message);
    if (status != Status{0}) return status;
    const auto id = number(message, "managed_system_session_id");
    const auto privilege = number(message, "maximum_privilege_level");
    const auto agreed = [&message](const char* field, std::uint8_t asked) {
        return number(message, field) == std::uint64_t{asked};
    };
    // A weaker suite than asked for would be a downgrade.
    const CipherSuite& suite = handshake.session.suite;
    if (!id || !privilege ||
        !agreed("authentication_payload.authentication_algorithm", suite.authentication) ||
        !agreed("integrity_payload.integrity_algorithm", suite.integrity) ||
        !agreed("confidentiality_payload.confidentiality_algorithm", suite.confidentiality))
        return RMCPPLUS_STATUS_NO_CIPHER_SUITE_MATCH_WITH_PROPOSED_SECURITY_ALGORITHMS;
    handshake.session.bmc_id = static_cast<std::uint32_t>(*id);
    handshake.bmc_privilege = static_cast<std::uint8_t>(*privilege);
    return status;
}

std::optional<Status> take_rakp_2(Bytes packet, std::uint8_t tag, Handshake& handshake,
                                  bool& wrong_key) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_rakp_message_2));
    const auto status =
        unassemble(packet, IPMI_PAYLOAD_TYPE_RAKP_MESSAGE_2, tag, handshake, message);
    if (status != Status{0}) return status;
    if (!copy_field(message, "managed_system_random_number", handshake.bmc_nonce) ||
        !copy_field(message, "managed_system_guid", handshake.session.guid))
        return std::nullopt;
    if (handshake.workarounds.supermicro_2_0) shorten_code(message, handshake);
    wrong_key = !proves_password(handshake, message) || !derive_keys(handshake);
    return status;
}

std::optional<Status> take_rakp_4(Bytes packet, std::uint8_t tag, Handshake& handshake,
                                  bool& wrong_key) {
    const Fiid message(fiid_obj_create(tmpl_rmcpplus_rakp_message_4));
    const auto status =
        unassemble(packet, IPMI_PAYLOAD_TYPE_RAKP_MESSAGE_4, tag, handshake, message);
    if (status != Status{0}) return status;
    wrong_key =
        ipmi_rmcpplus_check_rakp_4_integrity_check_value(
            handshake.session.suite.authentication, handshake.integrity_root.bytes.data(),
            handshake.integrity_root.size, handshake.console_nonce.data(), 16,
            handshake.session.bmc_id, handshake.session.guid.data(), 16, message.get()) != 1;
    return status;
}

}  // namespace frugald::ipmi
