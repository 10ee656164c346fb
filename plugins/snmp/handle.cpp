#include "plugins/snmp/handle.h"

#include <fmt/format.h>
#include <net-snmp/library/large_fd_set.h>

#include <algorithm>
#include <array>

#include "plugins/snmp/decode.h"
#include "plugins/snmp/hooks.h"
#include "plugins/snmp/login.h"

namespace frugald::snmp {

namespace {

netsnmp_pdu* build(const Request& request) {
    int command = SNMP_MSG_GET;
    if (request.kind == Request::Kind::next) command = SNMP_MSG_GETNEXT;
    if (request.kind == Request::Kind::bulk) command = SNMP_MSG_GETBULK;
    netsnmp_pdu* const pdu = snmp_pdu_create(command);
    if (!pdu) return nullptr;
    if (request.kind == Request::Kind::bulk) {
        pdu->non_repeaters = 0;
        pdu->max_repetitions = request.max_repetitions;
    }
    std::array<oid, MAX_OID_LEN> name{};
    for (const auto wanted : request.oids) {
        const auto length = std::min(wanted.size(), name.size());
        std::copy_n(wanted.begin(), length, name.begin());
        snmp_add_null_var(pdu, name.data(), length);
    }
    return pdu;
}

}  // namespace

Session::Handle::~Handle() {
    if (socket_->is_open()) socket_->release();
    if (session_) snmp_sess_close(session_);
}

Result<void> Session::Handle::open(const Account& account, const asio::ip::udp::endpoint& agent,
                                   const Engine* engine, Patience patience, Keys& keys) {
    auto opened = open_session(account, agent, engine, patience, keys);
    if (!opened) return tl::unexpected{opened.error()};
    session_ = *opened;
    if (account.version != Version::v3) mend_answers(*snmp_sess_transport(session_));
    boost::system::error_code failed;
    socket_->assign(snmp_sess_transport(session_)->sock, failed);
    if (!failed) socket_->native_non_blocking(true, failed);
    if (failed) return fail(Fault::unavailable, failed.message());
    return {};
}

Result<void> Session::Handle::send(const Request& request) {
    asked_ = request.oids;
    answer_.reset();
    refusal_ = 0;
    window_reports_ = 0;
    netsnmp_pdu* const pdu = build(request);
    if (pdu && snmp_sess_async_send(session_, pdu, callback, this) != 0) return {};
    answer_.reset();
    snmp_free_pdu(pdu);
    const int error = snmp_sess_session(session_)->s_snmp_errno;
    return fail(Fault::unavailable,
                fmt::format("the request could not be sent: {}", snmp_api_errstring(error)));
}

void Session::Handle::read() {
    const int descriptor = socket_->native_handle();
    netsnmp_large_fd_set ready;
    netsnmp_large_fd_set_init(&ready, descriptor + 1);
    netsnmp_large_fd_setfd(descriptor, &ready);
    // Some agents sign their refusal with the key that we do not have: libnetsnmp drops it, and
    // only its counters tell why.
    const auto digests = snmp_get_statistic(STAT_USMSTATSWRONGDIGESTS);
    const auto ciphers = snmp_get_statistic(STAT_USMSTATSDECRYPTIONERRORS);
    snmp_sess_read2(session_, &ready);
    netsnmp_large_fd_set_cleanup(&ready);
    if (snmp_get_statistic(STAT_USMSTATSWRONGDIGESTS) != digests)
        refusal_ = SNMPERR_USM_AUTHENTICATIONFAILURE;
    else if (snmp_get_statistic(STAT_USMSTATSDECRYPTIONERRORS) != ciphers)
        refusal_ = SNMPERR_USM_DECRYPTIONERROR;
}

void Session::Handle::expire() { snmp_sess_timeout(session_); }

Result<Reply> Session::Handle::take_answer() {
    Result<Reply> answer = *std::move(answer_);
    answer_.reset();
    return answer;
}

int Session::Handle::callback(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* self) {
    auto& handle = *static_cast<Handle*>(self);
    switch (operation) {
        case NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE:
            return pdu ? handle.receive(*pdu) : 1;
        case NETSNMP_CALLBACK_OP_TIMED_OUT:
            handle.answer_ = is_login_problem(handle.refusal_)
                                 ? fail(Fault::unauthorized, login_problem(handle.refusal_))
                                 : fail(Fault::timeout, "no answer");
            return 1;
        case NETSNMP_CALLBACK_OP_SEND_FAILED:
        case NETSNMP_CALLBACK_OP_DISCONNECT:
            handle.answer_ = fail(Fault::unavailable, "the request could not be sent");
            return 1;
        default:
            return 1;  // a repetition, or a message that did not pass: neither is an end
    }
}

int Session::Handle::receive(netsnmp_pdu& pdu) {
    if (pdu.command != SNMP_MSG_REPORT) {
        answer_ = decode(pdu, asked_);
        return 1;
    }
    const int report = snmpv3_get_report_type(&pdu);
    // libnetsnmp has learnt the agent's clock from it and sends the request again by itself.
    if (report == SNMPERR_NOT_IN_TIME_WINDOW && window_reports_++ == 0) return 1;
    answer_ = is_login_problem(report)
                  ? fail(Fault::unauthorized, login_problem(report))
                  : fail(Fault::unparsable,
                         fmt::format("it refuses the request: {}", snmp_api_errstring(report)));
    return 1;
}

}  // namespace frugald::snmp
