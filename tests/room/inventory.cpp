#include "tests/room/inventory.h"

#include <fmt/format.h>

#include "daemon/core/nodeset.h"

namespace frugald::room {

Result<std::vector<Node*>> Inventory::select(std::string_view nodeset) {
    std::vector<Node*> chosen;
    if (nodeset == "all") {
        for (Node& node : nodes) chosen.push_back(&node);
        return chosen;
    }
    const auto wanted = expand_nodeset(nodeset);
    if (!wanted) return tl::unexpected<Error>(wanted.error());
    for (const std::string& name : *wanted) {
        Node* node = find(name);
        if (node == nullptr)
            return fail(Fault::invalid, fmt::format("no node {} in this room", name));
        chosen.push_back(node);
    }
    return chosen;
}

}  // namespace frugald::room
