#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/core/secret.h"
#include "plugins/ipmi/habits.h"

namespace frugald::ipmi {

enum class Privilege : std::uint8_t { user = 2, operator_ = 3, administrator = 4 };
const char* to_string(Privilege privilege);

struct Credentials {
    std::string user;
    Secret password;
    Privilege privilege = Privilege::administrator;
    std::vector<std::uint8_t> cipher_suites{17};  // tried in this order
};

class Identities;

/// What the BMCs of one `[[ipmi.group]]` have in common.
struct Group {
    Credentials credentials;
    Workarounds workarounds;
    std::shared_ptr<const Habits> habits;    // of `profile = "NAME"`; null: each BMC is asked
    std::shared_ptr<Identities> identities;  // who said what; null: built-in habits for all
    std::chrono::milliseconds interval{10000};
    std::chrono::milliseconds chassis_interval{10000};
    std::chrono::milliseconds sensors_interval{60000};
    /// How often a repository's stamp is looked at while a session lasts.
    std::chrono::milliseconds repository_interval{std::chrono::hours{1}};
    bool sensors = true;
};

}  // namespace frugald::ipmi
