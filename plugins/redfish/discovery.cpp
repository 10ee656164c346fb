#include "plugins/redfish/discovery.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "plugins/redfish/chassis_survey.h"

namespace frugald::redfish {
namespace {

using Paths = std::vector<std::string>;

/// The members of the collection that `root` links under `key`.
asio::awaitable<Result<Paths>> members(Bmc& bmc, Sending sending, const Document& root,
                                       std::string_view key) {
    const std::string path = link(find(root, key)).value_or(fmt::format("/redfish/v1/{}", key));
    const Result<Document> collection = co_await get_if_there(bmc, sending, path);
    if (!collection) co_return tl::unexpected(collection.error());
    co_return links(find(*collection, "Members"));
}

Result<std::string> choose_system(const Bmc& bmc, const Paths& systems, const std::string& wanted) {
    if (wanted.empty() && systems.empty()) return std::string{};
    if (wanted.empty() && systems.size() == 1) return systems.front();
    Paths ids;
    for (const auto& path : systems) {
        ids.push_back(last_part(path));
        if (!wanted.empty() && lower_case(ids.back()) == lower_case(wanted)) return path;
    }
    if (wanted.empty())
        return fail(Fault::invalid,
                    fmt::format("{} has several systems, {}: say with system = \"...\" which of "
                                "them is this node",
                                bmc.label(), fmt::join(ids, ", ")));
    return fail(Fault::invalid,
                fmt::format("{} has no system {}; it has {}: correct system", bmc.label(), wanted,
                            ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "))));
}

/// The chassis that may hold the node, the most likely first: the one with the system's name, those
/// that the system links to and what lies in them; without any of these all, if the BMC has but one
/// system.
Paths candidates(const Paths& all, const std::string& system, const Paths& linked, bool only_one) {
    Paths order;
    const auto add = [&order](const std::string& path) {
        const auto same = [&path](const auto& other) { return same_resource(path, other); };
        if (std::ranges::none_of(order, same)) order.push_back(path);
    };
    for (const auto& path : all)
        if (!system.empty() && lower_case(last_part(path)) == lower_case(last_part(system)))
            add(path);
    for (const auto& path : linked) add(path);
    for (const auto& path : all)
        for (const auto& outer : linked)
            if (lies_below(path, outer)) add(path);
    // Any other could be a part of the node, or an enclosure around several.
    if (order.empty() && only_one) return all;
    return order;
}

asio::awaitable<Result<std::optional<std::string>>> manager_uuid(Bmc& bmc, Sending sending,
                                                                 Paths managers) {
    std::optional<std::string> uuid;
    if (managers.empty()) co_return uuid;
    const Result<Document> manager = co_await get_if_there(bmc, sending, managers.front());
    if (!manager) co_return tl::unexpected(manager.error());
    co_return read_uuid(*manager);
}

}  // namespace

asio::awaitable<Result<Layout>> discover(Bmc& bmc, Sending sending, std::string wanted) {
    const Result<Document> root = co_await get_if_there(bmc, sending, "/redfish/v1/");
    if (!root) co_return tl::unexpected(root.error());
    const Result<Paths> systems = co_await members(bmc, sending, *root, "Systems");
    if (!systems) co_return tl::unexpected(systems.error());
    const Result<std::string> system = choose_system(bmc, *systems, wanted);
    if (!system) co_return tl::unexpected(system.error());
    const Result<Paths> all = co_await members(bmc, sending, *root, "Chassis");
    if (!all) co_return tl::unexpected(all.error());

    Layout layout;
    SystemFacts facts;
    if (!system->empty()) {
        const Result<Document> document = co_await get_if_there(bmc, sending, *system);
        if (!document) co_return tl::unexpected(document.error());
        layout.system = *system;
        facts = read_system(*document);
    }
    layout.bios = facts.bios.value_or("");
    layout.uuid = facts.uuid;
    // Several nodes may share a manager: its UUID tells them apart only if it has one.
    if (!layout.uuid && systems->size() <= 1) {
        const Result<std::optional<std::string>> uuid =
            co_await manager_uuid(bmc, sending, facts.manager_links);
        if (!uuid) co_return tl::unexpected(uuid.error());
        layout.uuid = *uuid;
    }
    const bool only_one = systems->size() <= 1;
    for (const auto& path : candidates(*all, layout.system, facts.chassis_links, only_one)) {
        const Result<void> surveyed = co_await survey_chassis(bmc, sending, path, layout);
        if (!surveyed) co_return tl::unexpected(surveyed.error());
        if (layout.has_watts()) break;
    }
    co_return layout;
}

}  // namespace frugald::redfish
