#include "tests/room/commands.h"

#include <fmt/format.h>

#include <charconv>

namespace frugald::room {

namespace {

Result<double> number(const std::string& text, double least, double most) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(value >= least && value <= most))
        return fail(Fault::invalid,
                    fmt::format("'{}' is not a number from {:g} to {:g}", text, least, most));
    return value;
}

constexpr double most_watts = 65535;  // DCMI has 16 bits

}  // namespace

Result<std::string> RoomCommands::run(const std::vector<std::string>& words) {
    using Function = Result<std::string> (RoomCommands::*)(const Words&);
    struct Verb {
        std::string_view name;
        std::size_t least_words;
        std::size_t most_words;
        std::string_view usage;
        Function function;
    };
    static constexpr std::array verbs = {
        Verb{"status", 1, 2, "status [NODES]", &RoomCommands::status},
        Verb{"load", 3, 3, "load NODES 0..1", &RoomCommands::load},
        Verb{"watts", 3, 3, "watts NODES WATTS|auto", &RoomCommands::watts},
        Verb{"fault", 3, 4, "fault NODES KIND [VALUE]", &RoomCommands::fault},
        Verb{"clear", 2, 2, "clear NODES", &RoomCommands::clear},
        Verb{"power", 3, 3, "power NODES on|off|soft|cycle|reset", &RoomCommands::power},
        Verb{"log", 1, 2, "log [reads]", &RoomCommands::log},
        Verb{"quit", 1, 1, "quit", &RoomCommands::quit},
    };
    std::string usages;
    for (const Verb& verb : verbs) {
        const bool named = !words.empty() && words[0] == verb.name;
        if (named && words.size() >= verb.least_words && words.size() <= verb.most_words)
            return (this->*verb.function)(words);
        usages += fmt::format("{}{}", usages.empty() ? "" : " | ", verb.usage);
    }
    return fail(Fault::invalid, fmt::format("usage: {}", usages));
}

std::string RoomCommands::describe(Node& node) {
    const TimePoint now = loop_.now();
    const PowerLimit& limit = node.power.limit();
    const auto fixed = node.power.fixed_watts();
    return fmt::format(
        "{} power={} watts={:.1f} load={:g} fixed={} limit={} machine={} sessions={} faults={}\n",
        node.name, node.power.on() ? "on" : "off", node.power.watts(now), node.power.load(),
        fixed ? fmt::format("{:g}", *fixed) : "-",
        limit.active ? fmt::format("{}", limit.watts) : "-",
        node.machine.process != 0 ? fmt::format("{}", node.machine.process) : "-",
        node.sessions.count(now), node.faults.describe());
}

Result<std::string> RoomCommands::status(const Words& words) {
    auto devices = inventory_.select_devices(words.size() > 1 ? words[1] : "all");
    if (!devices) return tl::unexpected<Error>(devices.error());
    if (words.size() == 1) {
        for (Pdu& pdu : inventory_.pdus) devices->pdus.push_back(&pdu);
        for (Meter& meter : inventory_.meters) devices->meters.push_back(&meter);
    }
    std::string text;
    for (Node* node : devices->nodes) text += describe(*node);
    for (const Pdu* pdu : devices->pdus) text += describe(*pdu);
    for (const Meter* meter : devices->meters) text += describe(*meter);
    return text;
}

std::string RoomCommands::describe(const Pdu& pdu) {
    if (pdu.load == nullptr)
        return fmt::format("{} recording objects={} faults={}\n", pdu.name, pdu.mib->size(),
                           pdu.faults.describe());
    return fmt::format("{} outlets={} watts={:.1f} faults={}\n", pdu.name, pdu.load->outlets.size(),
                       pdu.load->watts(loop_.now()), pdu.faults.describe());
}

std::string RoomCommands::describe(const Meter& meter) {
    return fmt::format("{} watts={:.1f} watt_hours={:.3f} faults={}\n", meter.name,
                       meter.watts(loop_.now()), meter.watt_hours(loop_.now()),
                       meter.faults.describe());
}

Result<std::string> RoomCommands::load(const Words& words) {
    const auto nodes = inventory_.select(words[1]);
    if (!nodes) return tl::unexpected<Error>(nodes.error());
    const auto value = number(words[2], 0, 1);
    if (!value) return tl::unexpected<Error>(value.error());
    for (Node* node : *nodes) node->power.set_load(*value, loop_.now());
    return std::string();
}

Result<std::string> RoomCommands::watts(const Words& words) {
    const auto nodes = inventory_.select(words[1]);
    if (!nodes) return tl::unexpected<Error>(nodes.error());
    std::optional<double> fixed;
    if (words[2] != "auto") {
        const auto value = number(words[2], 0, most_watts);
        if (!value) return tl::unexpected<Error>(value.error());
        fixed = *value;
    }
    for (Node* node : *nodes) node->power.set_fixed_watts(fixed, loop_.now());
    return std::string();
}

Result<std::string> RoomCommands::fault(const Words& words) {
    if (words[2] == "reboot") return restart(words);
    const auto devices = inventory_.select_devices(words[1]);
    if (!devices) return tl::unexpected<Error>(devices.error());
    const auto known = find_fault(words[2]);
    if (!known) return tl::unexpected<Error>(known.error());
    if (known->needs_value && words.size() < 4)
        return fail(Fault::invalid, fmt::format("fault {} needs a value", known->name));
    Result<double> value = known->otherwise;
    if (words.size() > 3) value = number(words[3], 0, known->most);
    if (!value) return tl::unexpected<Error>(value.error());
    for (Node* node : devices->nodes) {
        node->faults.set(known->kind, *value);
        if (known->changes_repository) node->change_repository();
        node->power.disobey(node->faults.has(FaultKind::disobey), loop_.now());
    }
    for (Pdu* pdu : devices->pdus) pdu->faults.set(known->kind, *value);
    for (Meter* meter : devices->meters) meter->faults.set(known->kind, *value);
    return std::string();
}

Result<std::string> RoomCommands::restart(const Words& words) {
    constexpr double longest_restart_s = 86400;
    const auto nodes = inventory_.select(words[1]);
    if (!nodes) return tl::unexpected<Error>(nodes.error());
    const auto silent = number(words.size() > 3 ? words[3] : "0", 0, longest_restart_s);
    if (!silent) return tl::unexpected<Error>(silent.error());
    for (Node* node : *nodes) node->restart_bmc(loop_.now(), Seconds(*silent));
    return std::string();
}

Result<std::string> RoomCommands::clear(const Words& words) {
    const auto devices = inventory_.select_devices(words[1]);
    if (!devices) return tl::unexpected<Error>(devices.error());
    for (Node* node : devices->nodes) {
        const SensorTable* before = &node->sensors();
        node->faults.clear();
        if (before != &node->sensors()) node->change_repository();
        node->power.disobey(false, loop_.now());
    }
    for (Pdu* pdu : devices->pdus) pdu->faults.clear();
    for (Meter* meter : devices->meters) meter->faults.clear();
    return std::string();
}

Result<std::string> RoomCommands::power(const Words& words) {
    const auto nodes = inventory_.select(words[1]);
    if (!nodes) return tl::unexpected<Error>(nodes.error());
    for (const ChassisAction action : {ChassisAction::off, ChassisAction::on, ChassisAction::cycle,
                                       ChassisAction::reset, ChassisAction::soft}) {
        if (words[2] != to_string(action)) continue;
        for (Node* node : *nodes) {
            journal_.acted(node->name, "hand", fmt::format("button {}", words[2]));
            chassis_.command(*node, action);
        }
        return std::string();
    }
    return fail(Fault::invalid,
                fmt::format("'{}' is none of on, off, soft, cycle, reset", words[2]));
}

Result<std::string> RoomCommands::log(const Words& words) {
    std::string text;
    if (words.size() == 1) {
        for (const std::string& line : journal_.lines()) text += line + "\n";
        return text;
    }
    if (words[1] != "reads") return fail(Fault::invalid, "usage: log [reads]");
    for (const Journal::Read& read : journal_.reads())
        text += fmt::format("{} {} {:02x}h {:02x}h\n", to_text(read.time),
                            inventory_.nodes[read.node].name, read.function, read.command);
    return text;
}

Result<std::string> RoomCommands::quit(const Words&) {
    loop_.stop();
    return std::string();
}

}  // namespace frugald::room
