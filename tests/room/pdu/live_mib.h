#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tests/room/pdu/pdu.h"

namespace frugald::room {

/// `oid` with more components.
Oid extend(Oid oid, std::initializer_list<std::uint32_t> by);

/// The objects of a PDU model, for every PDU of that shape with as many outlets and phases.
class MibLayout {
public:
    using Value = std::function<SnmpValue(const PduLoad& load, TimePoint now)>;
    struct Object {
        Oid oid;
        Value value;
    };

    /// `under`: OID prefix; `at`: its last components.
    void add(const Oid& under, std::initializer_list<std::uint32_t> at, Value value);
    void add_integer(const Oid& under, std::initializer_list<std::uint32_t> at, std::int64_t value);
    void add_text(const Oid& under, std::initializer_list<std::uint32_t> at, std::string text);
    /// A whole number: value * scale, rounded. `type` INTEGER or one of the unsigned ones.
    void add_number(const Oid& under, std::initializer_list<std::uint32_t> at, double scale,
                    std::function<double(const PduLoad&, TimePoint)> value,
                    std::uint8_t type = tag::integer);
    /// sysDescr, sysObjectID, sysUpTime, sysName.
    void add_system(std::string description, const Oid& object_id);
    void sort();

    const std::vector<Object>& objects() const { return objects_; }

private:
    std::vector<Object> objects_;
};

/// The shapes a live PDU can have.
MibLayout apc_rpdu2_layout(const PduLoad& load);
MibLayout sentry4_layout(const PduLoad& load);
MibLayout raritan_px2_layout(const PduLoad& load);
using LayoutFunction = MibLayout (*)(const PduLoad& load);
/// Null for an unknown name.
LayoutFunction find_layout(std::string_view shape);

/// `load` must outlive the MIB.
std::shared_ptr<const Mib> make_live_mib(std::shared_ptr<const MibLayout> layout,
                                         const PduLoad& load);

}  // namespace frugald::room
