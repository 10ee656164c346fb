#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tests/room/loop.h"
#include "tests/room/pdu/ber.h"

namespace frugald::room {

/// The objects of one SNMP agent, ordered by OID.
class Mib {
public:
    virtual ~Mib() = default;
    virtual std::size_t size() const = 0;
    virtual const Oid& oid(std::size_t index) const = 0;
    virtual SnmpValue value(std::size_t index, TimePoint now) const = 0;

    /// Index of the object, or `size()`.
    std::size_t find(const Oid& wanted) const;
    /// Index of the first object after `wanted`, or `size()`.
    std::size_t after(const Oid& wanted) const;
};

}  // namespace frugald::room
