#pragma once

#include <string>

#include "plugins/snmp/account.h"
#include "plugins/snmp/engine.h"
#include "plugins/snmp/keys.h"

namespace frugald::snmp {

/// An open session of libnetsnmp, to be closed with snmp_sess_close. `engine` for v3 only.
Result<void*> open_session(const Account& account, const asio::ip::udp::endpoint& agent,
                           const Engine* engine, Patience patience, Keys& keys);

/// Whether an error number of libnetsnmp means that the agent does not accept user or passwords.
bool is_login_problem(int error);
/// What the agent did not accept, and what to do.
std::string login_problem(int error);

}  // namespace frugald::snmp
