#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/journal.h"
#include "daemon/engine/modules.h"

namespace frugald {

/// Which BMC belongs to which node (N9): the GUID of the first contact is kept for good. Another
/// one, or one that two nodes have, is a swapped cable, a moved blade or a rogue BMC: nothing is
/// done to such a node until an administrator has accepted what is there.
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
    /// By hand, after a board was changed: what is there now is right. The new GUID, or empty when
    /// the BMC has not been heard since the start.
    std::string accept(const std::string& node, const std::string& by, const std::string& why);

private:
    void pin(const std::string& node, const std::string& guid, const char* event);
    void tell(const std::string& node, const std::string& problem);

    Journal& journal_;
    const Modules& modules_;
    std::map<std::string, std::string> pinned_;          // node -> GUID
    std::map<std::string, std::set<std::string>> seen_;  // GUID -> nodes that show it now
    std::map<std::string, std::string> shown_;           // node -> GUID that it shows now
    std::map<std::string, std::string> told_;
};

}  // namespace frugald
