#include "plugins/snmp/login.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/snmp/protocols.h"

namespace frugald::snmp {

namespace {

u_char* bytes(std::string_view text) {
    return reinterpret_cast<u_char*>(const_cast<char*>(text.data()));
}

void copy_key(const Secret& key, u_char* into, std::size_t& size) {
    std::ranges::copy(key.reveal(), into);
    size = key.reveal().size();
}

/// The fields point into `account` and `engine`; libnetsnmp copies them when it opens.
Result<void> describe_user(netsnmp_session& session, const Account& account, const Engine& engine,
                           Keys& keys) {
    const bool privacy = !account.privacy_password.empty();
    session.securityModel = SNMP_SEC_MODEL_USM;
    session.securityLevel = privacy ? SNMP_SEC_LEVEL_AUTHPRIV : SNMP_SEC_LEVEL_AUTHNOPRIV;
    session.securityName = const_cast<char*>(account.user.c_str());
    session.securityNameLen = account.user.size();
    session.contextName = const_cast<char*>(account.context.c_str());
    session.contextNameLen = account.context.size();
    session.securityEngineID = session.contextEngineID = bytes(engine.id);
    session.securityEngineIDLen = session.contextEngineIDLen = engine.id.size();
    const auto& key = keys.of(account.auth, account.auth_password);
    if (key.empty()) return fail(Fault::invalid, "its authentication password cannot be used");
    const auto auth = auth_protocol(account.auth);
    session.securityAuthProto = auth.data();
    session.securityAuthProtoLen = auth.size();
    copy_key(key, session.securityAuthKey, session.securityAuthKeyLen);
    if (!privacy) return {};
    const auto& privacy_key = keys.of(account.auth, account.privacy_password);
    if (privacy_key.empty()) return fail(Fault::invalid, "its privacy password cannot be used");
    const auto cipher = privacy_protocol(account.privacy);
    session.securityPrivProto = cipher.data();
    session.securityPrivProtoLen = cipher.size();
    copy_key(privacy_key, session.securityPrivKey, session.securityPrivKeyLen);
    return {};
}

/// libnetsnmp keeps one list of users for all sessions and prefers an old entry, whose password
/// may be the wrong one, to what a session brings. Opening a session makes a new one.
void prepare_engine(const Engine& engine, const Account& account) {
    const auto* const id = reinterpret_cast<const u_char*>(engine.id.data());
    if (usmUser* const known = usm_get_user(id, engine.id.size(), account.user.c_str())) {
        usm_remove_user(known);
        usm_free_user(known);
    }
    set_enginetime(id, static_cast<u_int>(engine.id.size()), engine.boots, engine.time_s, FALSE);
}

}  // namespace

Result<void*> open_session(const Account& account, const asio::ip::udp::endpoint& agent,
                           const Engine* engine, Patience patience, Keys& keys) {
    netsnmp_session session;
    snmp_sess_init(&session);
    auto peer = agent.address().is_v6()
                    ? fmt::format("udp6:[{}]:{}", agent.address().to_string(), agent.port())
                    : fmt::format("udp:{}:{}", agent.address().to_string(), agent.port());
    session.peername = peer.data();
    session.timeout = std::chrono::microseconds{patience.timeout}.count();
    session.retries = patience.attempts - 1;
    session.version = account.version == Version::v1    ? SNMP_VERSION_1
                      : account.version == Version::v2c ? SNMP_VERSION_2c
                                                        : SNMP_VERSION_3;
    if (engine) {
        session.flags |= SNMP_FLAGS_DONT_PROBE;
        if (auto described = describe_user(session, account, *engine, keys); !described)
            return tl::unexpected{described.error()};
        prepare_engine(*engine, account);
    } else {
        session.community = bytes(account.community.reveal());
        session.community_len = account.community.reveal().size();
    }
    void* const handle = snmp_sess_open(&session);
    explicit_bzero(session.securityAuthKey, sizeof session.securityAuthKey);
    explicit_bzero(session.securityPrivKey, sizeof session.securityPrivKey);
    if (!handle)
        return fail(Fault::unavailable, fmt::format("no session to {}: {}", peer,
                                                    snmp_api_errstring(session.s_snmp_errno)));
    return handle;
}

bool is_login_problem(int error) {
    switch (error) {
        case SNMPERR_AUTHENTICATION_FAILURE:
        case SNMPERR_UNKNOWN_USER_NAME:
        case SNMPERR_UNSUPPORTED_SEC_LEVEL:
        case SNMPERR_DECRYPTION_ERR:
        case SNMPERR_USM_AUTHENTICATIONFAILURE:
        case SNMPERR_USM_UNKNOWNSECURITYNAME:
        case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
        case SNMPERR_USM_DECRYPTIONERROR:
            return true;
        default:
            return false;
    }
}

std::string login_problem(int error) {
    switch (error) {
        case SNMPERR_AUTHENTICATION_FAILURE:
        case SNMPERR_USM_AUTHENTICATIONFAILURE:
            return "it does not accept the authentication password: check auth and auth_secret";
        case SNMPERR_UNKNOWN_USER_NAME:
        case SNMPERR_USM_UNKNOWNSECURITYNAME:
            return "it does not know the user: check user";
        case SNMPERR_UNSUPPORTED_SEC_LEVEL:
        case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
            return "the user is not allowed this way: check auth and privacy";
        default:
            return "it does not accept the privacy password: check privacy and privacy_secret";
    }
}

}  // namespace frugald::snmp
