#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/core/snapshot.h"

namespace frugald {

/// Which outlets feed which node. Belongs to the loop thread.
class Feeds {
public:
    /// All outlets of one PDU that feed a node: outlet -> node.
    void set(const std::string& pdu, const std::map<std::string, std::string>& outlet_nodes);

    /// Nodes fed by this PDU.
    const std::set<std::string>& nodes_of(const std::string& pdu) const;

    using Devices = std::map<std::string, Device, std::less<>>;
    /// The node's power as the sum of all outlets that feed it, of the age of the oldest; source
    /// "pdu". Absent unless each of them has been measured.
    std::optional<Measurement> share(std::string_view node, const Devices& devices) const;

private:
    struct Feed {
        std::string pdu;
        std::string outlet;
    };
    std::map<std::string, std::vector<Feed>, std::less<>> feeds_;  // by node
    std::map<std::string, std::set<std::string>> nodes_;           // by PDU
};

}  // namespace frugald
