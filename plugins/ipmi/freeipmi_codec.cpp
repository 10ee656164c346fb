#include "plugins/ipmi/freeipmi_codec.h"

namespace frugald::ipmi {
namespace {

// A command or its answer as plain bytes: every command goes through the same objects.
fiid_template_t raw_template = {
    {8 * Packet::capacity(), "raw_data", FIID_FIELD_OPTIONAL | FIID_FIELD_LENGTH_VARIABLE},
    {0, "", 0},
};

}  // namespace

FreeipmiCodec::FreeipmiCodec()
    : rmcp_header_(fiid_obj_create(tmpl_rmcp_hdr)),
      session_header_(fiid_obj_create(tmpl_rmcpplus_session_hdr)),
      payload_(fiid_obj_create(tmpl_rmcpplus_payload)),
      session_trailer_(fiid_obj_create(tmpl_rmcpplus_session_trlr)),
      request_header_(fiid_obj_create(tmpl_lan_msg_hdr_rq)),
      answer_header_(fiid_obj_create(tmpl_lan_msg_hdr_rs)),
      answer_trailer_(fiid_obj_create(tmpl_lan_msg_trlr)),
      request_(fiid_obj_create(raw_template)),
      answer_(fiid_obj_create(raw_template)) {
    fill_rmcp_hdr_ipmi(rmcp_header_.get());
}

bool FreeipmiCodec::wrap(Session& session, const Request& request, std::uint8_t rq_seq,
                         Packet& packet) {
    const std::uint32_t sequence = session.next_sequence;
    session.next_sequence = sequence == 0xffffffff ? 1 : sequence + 1;
    const Bytes command = request.bytes;
    if (fill_rmcp_hdr_ipmi(rmcp_header_.get()) < 0 ||
        fill_rmcpplus_session_hdr(IPMI_PAYLOAD_TYPE_IPMI, IPMI_PAYLOAD_FLAG_AUTHENTICATED,
                                  IPMI_PAYLOAD_FLAG_ENCRYPTED, 0, 0, session.bmc_id, sequence,
                                  session_header_.get()) < 0 ||
        fill_rmcpplus_session_trlr(session_trailer_.get()) < 0 ||
        fill_lan_msg_hdr(IPMI_SLAVE_ADDRESS_BMC, request.net_fn, request.lun, rq_seq,
                         request_header_.get()) < 0 ||
        fiid_obj_clear(request_.get()) < 0 ||
        fiid_obj_set_data(request_.get(), "raw_data", command.data(),
                          static_cast<unsigned>(command.size())) < 0)
        return false;
    const int size = assemble_ipmi_rmcpplus_pkt(
        session.suite.authentication, session.suite.integrity, session.suite.confidentiality,
        session.integrity_key.bytes.data(), session.integrity_key.size,
        session.confidentiality_key.bytes.data(), session.confidentiality_key.size, nullptr, 0,
        rmcp_header_.get(), session_header_.get(), request_header_.get(), request_.get(),
        session_trailer_.get(), packet.data(), Packet::capacity(), IPMI_INTERFACE_FLAGS_DEFAULT);
    if (size <= 0) return false;
    packet.resize(static_cast<std::size_t>(size));
    return true;
}

bool FreeipmiCodec::authentic(const Session& session, Bytes packet) const {
    return ipmi_rmcpplus_check_packet_session_authentication_code(
               session.suite.integrity, packet.data(), static_cast<unsigned>(packet.size()),
               session.integrity_key.bytes.data(), session.integrity_key.size, nullptr, 0,
               session_trailer_.get()) == 1;
}

Verdict FreeipmiCodec::unwrap(Session& session, Tolerance tolerance, Bytes packet,
                              Message& message) {
    if (!claims_session(packet, session, tolerance.zero_id)) return Verdict::foreign;
    const int parsed = unassemble_ipmi_rmcpplus_pkt(
        session.suite.authentication, session.suite.integrity, session.suite.confidentiality,
        session.integrity_key.bytes.data(), session.integrity_key.size,
        session.confidentiality_key.bytes.data(), session.confidentiality_key.size, packet.data(),
        static_cast<unsigned>(packet.size()), rmcp_header_.get(), session_header_.get(),
        payload_.get(), answer_header_.get(), answer_.get(), answer_trailer_.get(),
        session_trailer_.get(), IPMI_INTERFACE_FLAGS_DEFAULT);
    // Not parsed is nearly always a wrong key or a forgery that decrypted to nonsense.
    if (parsed != 1 || !authentic(session, packet)) return Verdict::forged;

    if (ipmi_check_session_sequence_number_2_0(le32(packet, 10), &session.highest_received,
                                               &session.received_window, 0) != 1)
        return Verdict::foreign;
    if (ipmi_rmcpplus_check_payload_pad(session.suite.confidentiality, payload_.get()) != 1)
        return Verdict::malformed;
    if (!tolerance.ignore_checksum &&
        ipmi_lan_check_checksum(answer_header_.get(), answer_.get(), answer_trailer_.get()) != 1)
        return Verdict::malformed;
    return read_message(message);
}

Verdict FreeipmiCodec::read_message(Message& message) {
    const auto rq_seq = number(answer_header_, "rq_seq");
    const auto net_fn = number(answer_header_, "net_fn");
    const int size = fiid_obj_get_data(answer_.get(), "raw_data", data_.data(),
                                       static_cast<unsigned>(data_.size()));
    constexpr std::size_t most = 2 + decltype(Answer::data)::capacity();
    if (!rq_seq || !net_fn || size < 2 || static_cast<std::size_t>(size) > most)
        return Verdict::malformed;
    message.net_fn = static_cast<std::uint8_t>(*net_fn);
    message.rq_seq = static_cast<std::uint8_t>(*rq_seq);
    message.command = data_[0];
    message.completion_code = data_[1];
    message.data = Bytes(data_).subspan(2, static_cast<std::size_t>(size) - 2);
    return Verdict::accepted;
}

}  // namespace frugald::ipmi
