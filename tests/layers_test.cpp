// Who may include whom (docs/architecture.md), and two mistakes that g++ 12.2 does not report.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path root = FRUGALD_SOURCE_DIR;

/// Folder -> folders of ours that its files may include, beside itself.
const std::map<std::string, Names> may_include{
    {"daemon/core", {}},
    {"daemon/ports", {"daemon/core"}},
    {"daemon/config", {"daemon/core"}},
    {"daemon/telemetry", {"daemon/core"}},
    {"daemon/audit", {"daemon/core"}},
    {"daemon/store",
     {"daemon/core", "daemon/audit", "daemon/store/codec", "daemon/store/sqlite",
      "daemon/store/samples"}},
    {"daemon/store/sqlite", {"daemon/core"}},
    {"daemon/store/samples", {"daemon/core", "daemon/store/codec", "daemon/store/sqlite"}},
    {"daemon/store/codec", {"daemon/core"}},
    {"daemon/db", {"daemon/core", "daemon/store", "daemon/store/sqlite", "daemon/store/samples"}},
    {"daemon/policy", {"daemon/core"}},
    {"daemon/ledger", {"daemon/core", "daemon/store", "daemon/telemetry"}},
    {"daemon/hook", {}},
    {"daemon/doctor", {"daemon/core", "daemon/ports", "daemon/config"}},
    {"daemon/export", {"daemon/core", "daemon/ports"}},
    {"daemon/ctl", {"daemon/core", "daemon/ports", "daemon/audit"}},
    {"daemon/engine",
     {"daemon/core", "daemon/ports", "daemon/config", "daemon/telemetry", "daemon/store",
      "daemon/store/samples", "daemon/policy", "daemon/ledger", "daemon/hook", "daemon/audit",
      "daemon/doctor"}},
    {"plugins", {"daemon/core", "daemon/ports"}},
    {"daemon",  // main.cpp and what it composes with
     {"daemon/core", "daemon/ports", "daemon/config", "daemon/telemetry", "daemon/store",
      "daemon/policy", "daemon/ledger", "daemon/hook", "daemon/export", "daemon/engine",
      "daemon/audit", "daemon/store/samples"}},
};

/// Foreign header prefix -> the only folders that may include it.
const std::map<std::string, Names> belongs_to{
    {"freeipmi/", {"plugins/ipmi"}},
    {"net-snmp/", {"plugins/snmp"}},
    {"slurm/", {"plugins/slurm"}},
    {"modbus/", {"plugins/modbus"}},
    {"snappy", {"plugins/remote_write"}},
    {"sqlite3.h", {"daemon/store/sqlite"}},
    {"prometheus/", {"daemon/export"}},
    {"toml++/", {"daemon/config"}},
    {"systemd/", {"daemon"}},
    {"boost/json", {"plugins/redfish"}},
    {"boost/asio/ssl", {"plugins/redfish", "plugins/remote_write"}},
};

struct Source {
    fs::path path;
    std::string folder;  // "daemon/core", "plugins/ipmi", "daemon", "daemon/store/codec"
    std::string text;
};

std::string folder_of(const fs::path& path) {
    const auto relative = fs::relative(path, root);
    auto part = relative.begin();
    std::string folder = part->string();
    const auto depth = std::distance(relative.begin(), relative.end());
    if (depth > 2) folder += "/" + (++part)->string();
    // A folder inside a folder counts as part of it unless it has a rule of its own.
    if (depth > 3 && may_include.count(folder + "/" + (++part)->string()) > 0)
        folder += "/" + part->string();
    return folder;
}

std::vector<Source> sources(const std::vector<std::string>& trees) {
    std::vector<Source> found;
    for (const auto& tree : trees) {
        for (const auto& entry : fs::recursive_directory_iterator{root / tree}) {
            const auto suffix = entry.path().extension();
            if (suffix != ".h" && suffix != ".cpp") continue;
            std::ostringstream text;
            text << std::ifstream{entry.path()}.rdbuf();
            found.push_back(
                {fs::relative(entry.path(), root), folder_of(entry.path()), text.str()});
        }
    }
    return found;
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
    std::vector<std::string> found;
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        found.push_back((*at)[1]);
    return found;
}

bool allowed(const Source& source, const std::string& included) {
    const auto target = folder_of(root / included);
    if (target == source.folder) return true;
    if (target != "daemon" && target.rfind("daemon/", 0) != 0 && target.rfind("plugins", 0) != 0)
        return true;  // generated headers
    // A plugin's program composes what it is made of, as daemon/*.cpp does.
    const bool plugin = source.folder.rfind("plugins/", 0) == 0;
    if (plugin && source.path.filename() == "main.cpp" && target == "daemon/config") return true;
    const auto kind = plugin ? "plugins" : source.folder;
    const auto rule = may_include.find(kind);
    REQUIRE_MESSAGE(rule != may_include.end(), "no rule for the folder " << kind);
    return rule->second.count(target) > 0;
}

std::vector<std::string> wrong_includes(const Source& source) {
    static const std::regex ours{R"re(#include "((?:daemon|plugins|tests)/[^"]+)")re"};
    static const std::regex foreign{R"re(#include <([^>]+)>)re"};
    std::vector<std::string> wrong;
    for (const auto& included : matches(source.text, ours))
        if (!allowed(source, included)) wrong.push_back(included);
    for (const auto& included : matches(source.text, foreign)) {
        for (const auto& [prefix, homes] : belongs_to)
            if (included.rfind(prefix, 0) == 0 && homes.count(source.folder) == 0)
                wrong.push_back(included);
        const bool asio = included.rfind("boost/", 0) == 0;
        if (asio && (source.folder == "daemon/core" || source.folder == "daemon/hook"))
            wrong.push_back(included);
    }
    return wrong;
}

bool awaits_in_condition(const std::string& text) {
    static const std::regex condition{R"((?:if|while|switch)\s*\(\s*!?\s*(?:\(\s*)?co_await\b)"};
    return std::regex_search(text, condition);
}

}  // namespace

TEST_CASE("folders include only downwards, foreign libraries stay in their folder") {
    const auto all = sources({"daemon", "plugins"});
    REQUIRE(all.size() > 50);
    for (const auto& source : all)
        for (const auto& included : wrong_includes(source))
            FAIL_CHECK(source.path.string() << " may not include " << included);
}

TEST_CASE("planted violations are caught") {
    const Source upward{"daemon/store/x.cpp", "daemon/store",
                        "#include \"daemon/engine/guard.h\"\n"};
    const Source foreign{"daemon/engine/x.cpp", "daemon/engine",
                         "#include <freeipmi/freeipmi.h>\n"};
    const Source other{"plugins/snmp/x.cpp", "plugins/snmp", "#include \"plugins/ipmi/codec.h\"\n"};
    const Source asio{"daemon/core/x.h", "daemon/core", "#include <boost/asio/io_context.hpp>\n"};
    const Source inner{"daemon/store/codec/x.cpp", "daemon/store/codec",
                       "#include \"daemon/store/store.h\"\n#include <sqlite3.h>\n"};
    const Source fine{"plugins/snmp/x.cpp", "plugins/snmp",
                      "#include \"daemon/core/result.h\"\n#include \"plugins/snmp/y.h\"\n"};
    CHECK(wrong_includes(upward).size() == 1);
    CHECK(wrong_includes(foreign).size() == 1);
    CHECK(wrong_includes(other).size() == 1);
    CHECK(wrong_includes(asio).size() == 1);
    CHECK(folder_of(root / "daemon/store/codec/x.cpp") == "daemon/store/codec");
    CHECK(folder_of(root / "daemon/engine/guard/x.cpp") == "daemon/engine");
    CHECK(wrong_includes(inner).size() == 2);
    CHECK(wrong_includes(fine).empty());
}

TEST_CASE("no co_await stands in a condition: g++ 12.2 miscompiles it") {
    CHECK(awaits_in_condition("if (co_await ready()) go();"));
    CHECK(awaits_in_condition("while (!co_await ready())"));
    CHECK_FALSE(awaits_in_condition("const bool is = co_await ready();\nif (is) go();"));
    for (const auto& source : sources({"daemon", "plugins", "tests"}))
        if (source.path.filename() != "layers_test.cpp")
            CHECK_MESSAGE(!awaits_in_condition(source.text), source.path.string());
}

TEST_CASE("a file is one idea: none is longer than 250 lines") {
    for (const auto& source : sources({"daemon", "plugins"})) {
        const auto lines = std::ranges::count(source.text, '\n');
        CHECK_MESSAGE(lines <= 250, source.path.string() << " has " << lines << " lines");
    }
}
