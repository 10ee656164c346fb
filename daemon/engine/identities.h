#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "daemon/core/string_map.h"
#include "daemon/engine/journal.h"
#include "daemon/engine/modules.h"

namespace frugald {

/// Which BMC belongs to which node (N9): the GUID of the first contact is kept for good. Another
/// one, or one that two nodes have or that was another node's before, is a swapped cable, a moved
/// blade or a rogue BMC: nothing is done to such a node until an administrator has accepted what is
/// there.
class Identities {
public:
    static constexpr const char* space = "identity";

    Identities(Journal& journal, const Modules& modules) : journal_(journal), modules_(modules) {}

    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    /// Looks at what the BMCs of these nodes say; new ones are kept, changes told once.
    void look(const std::vector<std::string>& nodes);
    /// Not empty: why the BMC may be another machine's. A BMC without a GUID is believed.
    std::string problem(const std::string& node) const;
    std::string pinned(const std::string& node) const;
    /// By hand, after a board was changed: what is there now is right, and no longer of the node
    /// that had it. The new GUID, or empty when the BMC has not been heard since the start.
    std::string accept(const std::string& node, const std::string& by, const std::string& why);

private:
    struct Known {
        std::string pinned{}, shown{};  // GUIDs; empty: none yet
        std::string told{};             // the problem, as last said
        std::uint64_t judged = 0;       // the change after which `told` was found
        unsigned session = 0;           // with the BMC, in which it showed this GUID
    };

    const std::string* pinned_elsewhere(const std::string& node, const std::string& guid) const;
    void show(const std::string& node, Known& known, const std::string& guid);
    void pin(const std::string& node, Known& known, const char* event);
    void tell(const std::string& node, Known& known, const std::string& problem);

    Journal& journal_;
    const Modules& modules_;
    StringMap<Known> known_;                 // by node
    StringMap<std::string> owners_;          // GUID -> the node it is pinned to
    StringMap<std::set<std::string>> seen_;  // GUID -> nodes that show it now
    std::uint64_t changes_ = 1;  // of what is shown or pinned: while none comes, nothing is new
};

}  // namespace frugald
