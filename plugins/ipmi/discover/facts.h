#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugins/ipmi/message.h"
#include "plugins/ipmi/session.h"

namespace frugald::ipmi::discover {

/// Which BMC is asked, and whose it is said to be.
struct Candidate {
    std::string node;
    std::string host;  // name or address
    unsigned short port = 623;
};

/// Get Channel Authentication Capabilities, IPMI 2.0 [22.13].
struct Capabilities {
    bool ipmi_2_0 = false;
    bool null_users = false;       // a user without a name, with a password
    bool anonymous_login = false;  // neither name nor password
    bool named_users = false;
    bool per_message_authentication = false;
    bool user_level_authentication = false;
    bool key_set = false;             // a BMC key (K_g)
    std::uint8_t authentication = 0;  // of IPMI 1.5: bit 0 none, 1 MD2, 2 MD5, 4 password
};

/// The answer to an Open Session request that nothing followed.
struct Offer {
    std::uint8_t suite = 0;
    std::uint8_t status = 0;     // table 13-15; 0: accepted
    std::uint8_t privilege = 0;  // granted when the highest was asked for; 0: merely echoed
};

struct Login {
    std::uint8_t suite = 0;
    bool open_session_privilege = false;  // the workaround "opensesspriv" was needed
    std::string failure;                  // empty: logged in
};

/// Get Device ID [20.1].
struct Device {
    std::uint32_t manufacturer = 0;  // IANA enterprise number
    std::uint16_t product = 0;
    std::string firmware;
};

struct Power {
    std::string path;  // "dcmi", "sdr", "nm", "psu"; empty: none works
    double watts = 0;
    std::string reason;  // why a better path does not work, or none does
};

/// DCMI Get Power Limit.
struct Limit {
    bool answers = false;
    bool active = false;
    unsigned watts = 0;
    std::string reason;  // why it does not answer
};

/// What was learnt about one BMC. Absent: not asked, or not answered.
struct Facts {
    Candidate target;
    std::string address;
    std::string failure;  // it has no address, or gives no answer at all
    bool answered = false;
    bool pong = false;
    std::optional<Capabilities> capabilities;
    std::optional<std::vector<std::uint8_t>> suites;
    std::optional<Offer> offer;    // of suite 17, or 3
    std::optional<Offer> offer_0;  // of suite 0
    std::optional<Guid> guid;
    std::optional<Login> login;
    std::optional<Device> device;
    std::optional<Power> power;
    std::optional<Limit> limit;
};

}  // namespace frugald::ipmi::discover
