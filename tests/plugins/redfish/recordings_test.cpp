// Every recorded tree that is there, served over TLS and read by the module.

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plugins/redfish/documents.h"
#include "tests/plugins/redfish/rig.h"

using namespace frugald;
using namespace frugald::test;

namespace {

/// What is known of a recording; of others only that they can be read.
struct Expected {
    const char* folder;
    std::optional<double> watts;
    Chassis chassis;
    const char* limit;   // "inactive 764..2754"
    const char* resets;  // on, off, soft, cycle
};

const Expected expectations[] = {
    {"DL325", 97, Chassis::on, "inactive ..", "On ForceOff GracefulShutdown ForceRestart"},
    {"EX235a", 747, Chassis::on, "inactive 764..2754", "On ForceOff Off -"},
    {"EX235n", 467, Chassis::on, "none", "On ForceOff Off -"},
    {"Gigabyte", 100, Chassis::on, "inactive 61..900", "On ForceOff GracefulShutdown ForceRestart"},
    {"Intel", 148, Chassis::on, "none", "On ForceOff GracefulShutdown ForceRestart"},
    {"OpenBMC-stock", std::nullopt, Chassis::off, "inactive ..",
     "On ForceOff GracefulShutdown PowerCycle"},
    {"XL675d_A100", 894, Chassis::on, "none", "On ForceOff GracefulShutdown ForceRestart"},
    {"bmclib-dell", 234, Chassis::on, "inactive ..", "On ForceOff GracefulShutdown PowerCycle"},
    {"bmclib-lenovo", 287, Chassis::on, "inactive ..", "On ForceOff GracefulShutdown ForceRestart"},
    {"gofish-cisco", 152, Chassis::unknown, "inactive ..", "- - - -"},
    {"public-rackmount1", 374, Chassis::on, "active 500 W 150..1000",
     "On ForceOff GracefulShutdown ForceRestart"},
};

std::string limit_text(const Result<CapReading>& cap) {
    if (!cap) return cap.error().fault == Fault::unsupported ? "none" : cap.error().text;
    const auto bound = [](const std::optional<Watts>& watts) {
        return watts ? fmt::format("{:.0f}", watts->value) : std::string{};
    };
    return fmt::format("{}{} {}..{}", cap->active ? "active" : "inactive",
                       cap->active ? fmt::format(" {:.0f} W", cap->limit.value) : "",
                       bound(cap->least), bound(cap->most));
}

std::string reset_text(Tree& tree, const std::string& system) {
    const json::value* resource = tree.find(system);
    if (!resource) return "- - - -";
    const auto facts = redfish::read_system(resource->get_object());
    auto types = facts.reset_types;
    const json::value* info = facts.reset_info ? tree.find(*facts.reset_info) : nullptr;
    if (types.empty() && info) types = redfish::read_reset_info(info->get_object());
    std::vector<std::string> chosen;
    for (const auto command :
         {PowerCommand::on, PowerCommand::off, PowerCommand::soft, PowerCommand::cycle})
        chosen.push_back(redfish::choose_reset(command, types).value_or("-"));
    return fmt::format("{}", fmt::join(chosen, " "));
}

void read_one(const std::string& folder, const Tree& recorded, const std::string& system) {
    Rig rig;
    rig.add(recorded);
    rig.node(0).system = redfish::last_part(system);
    rig.start();
    const Seen seen = rig.next();
    const auto watts = seen.watts();
    Tree tree = recorded;
    const std::string limit = limit_text(rig.cap());
    const std::string resets = reset_text(tree, system);
    MESSAGE(fmt::format("{:<18} {:<16} {:>6} {:<20} {:<7} limit {:<24} resets {}", folder,
                        rig.node(0).system, watts ? fmt::format("{:.0f} W", *watts) : "-",
                        seen.source, to_string(seen.chassis), limit, resets));
    CHECK_MESSAGE(!seen.failure, seen.failure->text);
    for (const auto& expected : expectations) {
        if (folder != expected.folder) continue;
        CHECK(watts == expected.watts);
        CHECK(seen.chassis == expected.chassis);
        CHECK(limit == expected.limit);
        CHECK(resets == expected.resets);
    }
}

}  // namespace

TEST_CASE("recorded BMCs are read as their recordings say") {
    if (!std::filesystem::exists(recordings())) {
        MESSAGE("SKIPPED: there are no recordings in ../shared/recordings/redfish");
        return;
    }
    std::size_t read = 0;
    for (const auto& entry : std::filesystem::directory_iterator(recordings())) {
        if (!entry.is_directory()) continue;
        const std::string folder = entry.path().filename().string();
        CAPTURE(folder);
        Tree tree = recorded_tree(entry.path());
        const json::value* systems = tree.find("/redfish/v1/Systems");
        auto paths = redfish::links(redfish::find(systems, "Members"));
        if (paths.empty()) paths.emplace_back();
        // Links to what was not recorded dangle.
        for (const auto& system : paths)
            if (system.empty() || tree.find(system)) read_one(folder, tree, system);
        ++read;
    }
    CHECK(read > 0);
}
