#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/snmp/oid.h"

namespace frugald::snmp {

/// What an agent said about one OID.
struct Value {
    enum class Kind {
        absent,  // no such object or instance, end of the tree, null, empty, not understood
        number,  // any of the number types; also a text that is a number
        text,
        oid,
    };
    Kind kind = Kind::absent;
    double number = 0;
    std::string text{};
    Oid oid{};
};

struct Binding {
    Oid oid;  // of a reply: empty where it is the one that was asked for in the same place
    Value value;
};

struct Request {
    enum class Kind { get, next, bulk };
    Kind kind = Kind::get;
    std::vector<OidView> oids;  // they outlive the request
    int max_repetitions = 0;    // bulk only
};

/// Error statuses of a response (RFC 3416) that have a meaning for a reader.
enum class ErrorStatus { none, too_big, no_such_name, other };

struct Reply {
    ErrorStatus status = ErrorStatus::none;
    std::size_t error_index = 0;  // 1 is the first OID of the request; 0: none in particular
    std::vector<Binding> bindings;
};

}  // namespace frugald::snmp
