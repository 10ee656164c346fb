#include "tests/plugins/ipmi/sensor_tools.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/plugins/ipmi/program.h"
#include "tests/support/scratch.h"

namespace frugald::test {
namespace {

std::string output_of(const std::string& command) {
    const Scratch scratch;
    Program shell({"sh", "-c", command + " > output 2> errors"}, scratch.path().string());
    shell.finish();
    std::ifstream stream(scratch.path() / "output");
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string::npos ? ""
                                      : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> words;
    std::istringstream stream(line);
    for (std::string word; std::getline(stream, word, separator);) words.push_back(trimmed(word));
    return words;
}

std::optional<double> number(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return text.empty() || *end != '\0' ? std::nullopt : std::optional(value);
}

/// `columns`: of name, value and unit.
std::vector<ToolReading> table(const std::string& output, char separator, std::size_t name,
                               std::size_t value, std::size_t unit) {
    std::vector<ToolReading> readings;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        const auto words = split(line, separator);
        if (words.size() > std::max({name, value, unit}))
            readings.push_back({words[name], number(words[value]), words[unit]});
    }
    return readings;
}

}  // namespace

bool tool_present(const std::string& program) {
    for (const char* directory : {"/usr/sbin/", "/usr/bin/"})
        if (std::filesystem::exists(directory + program)) return true;
    fmt::print("skipped: {} not present\n", program);
    return false;
}

std::vector<ToolReading> ipmi_sensors(const std::string& address, unsigned short port,
                                      unsigned suite, const std::string& workarounds) {
    const std::string flags = "opensesspriv" + (workarounds.empty() ? "" : "," + workarounds);
    return table(output_of(fmt::format("ipmi-sensors -D LAN_2_0 -I {} -u admin -p secret12 -l "
                                       "admin -h {}:{} -W {} --sdr-cache-directory=. "
                                       "--quiet-cache --no-header-output "
                                       "--comma-separated-output",
                                       suite, address, port, flags)),
                 ',', 1, 3, 4);
}

std::vector<ToolReading> ipmitool_sensors(const std::string& address, unsigned short port,
                                          unsigned suite) {
    return table(output_of(fmt::format("ipmitool -I lanplus -C {} -H {} -p {} -U admin -P "
                                       "secret12 sensor",
                                       suite, address, port)),
                 '|', 0, 1, 2);
}

}  // namespace frugald::test
