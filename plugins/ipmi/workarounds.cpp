#include "plugins/ipmi/workarounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace frugald::ipmi {
namespace {

struct Name {
    std::string_view name;
    bool Workarounds::*flag;
};
constexpr std::array names{
    Name{"opensesspriv", &Workarounds::open_session_privilege},
    Name{"intel20", &Workarounds::intel_2_0},
    Name{"supermicro20", &Workarounds::supermicro_2_0},
    Name{"idzero", &Workarounds::zero_session_id},
    Name{"nochecksumcheck", &Workarounds::ignore_checksum},
    Name{"discretereading", &Workarounds::discrete_reading},
    Name{"ignorescanningdisabled", &Workarounds::ignore_scanning},
    Name{"assumebmcowner", &Workarounds::assume_bmc_owner},
    Name{"assumemaxsdrrecordcount", &Workarounds::assume_record_count},
};

std::string known_names() {
    std::string text;
    for (const Name& each : names) text += fmt::format("{}{}", text.empty() ? "" : ", ", each.name);
    return text;
}

}  // namespace

Workarounds operator|(const Workarounds& one, const Workarounds& other) {
    Workarounds both = one;
    for (const Name& each : names) both.*each.flag = one.*each.flag || other.*each.flag;
    both.freeipmi_codec = one.freeipmi_codec || other.freeipmi_codec;
    return both;
}

Workarounds parse_workarounds(SettingsReader& reader, const std::vector<std::string>& wanted) {
    Workarounds workarounds;
    for (const std::string& name : wanted) {
        const auto found = std::find_if(names.begin(), names.end(),
                                        [&name](const Name& each) { return each.name == name; });
        if (found != names.end())
            workarounds.*found->flag = true;
        else if (name != "authcap")  // frugald never sends the command that it suppresses
            reader.mistake("workarounds",
                           fmt::format("\"{}\" is not a workaround that frugald has; it has {}",
                                       name, known_names()));
    }
    return workarounds;
}

}  // namespace frugald::ipmi
