#include "plugins/snmp/decode.h"

#include <algorithm>

#include "plugins/snmp/text_value.h"

namespace frugald::snmp {

namespace {

Oid to_oid(const oid* numbers, std::size_t count) {
    Oid result;
    result.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        result.push_back(static_cast<std::uint32_t>(numbers[i]));
    return result;
}

Value decode(const netsnmp_variable_list& variable) {
    if (!variable.val.integer) return {};
    switch (variable.type) {
        case ASN_INTEGER:
            return number_value(static_cast<double>(*variable.val.integer));
        case ASN_COUNTER:
        case ASN_GAUGE:
        case ASN_TIMETICKS:
        case ASN_UINTEGER:
            return number_value(
                static_cast<double>(static_cast<std::uint32_t>(*variable.val.integer)));
        case ASN_COUNTER64:
            return number_value(static_cast<double>(variable.val.counter64->high) * 4294967296.0 +
                                static_cast<double>(variable.val.counter64->low));
        case ASN_OPAQUE_FLOAT:
            return number_value(static_cast<double>(*variable.val.floatVal));
        case ASN_OPAQUE_DOUBLE:
            return number_value(*variable.val.doubleVal);
        case ASN_OCTET_STR:
            return text_value(
                {reinterpret_cast<const char*>(variable.val.string), variable.val_len});
        case ASN_OBJECT_ID:
            return {.kind = Value::Kind::oid,
                    .oid = to_oid(variable.val.objid, variable.val_len / sizeof(oid))};
        default:
            return {};
    }
}

}  // namespace

Reply decode(const netsnmp_pdu& response, std::span<const OidView> asked) {
    Reply reply;
    switch (response.errstat) {
        case SNMP_ERR_NOERROR:
            break;
        case SNMP_ERR_TOOBIG:
            reply.status = ErrorStatus::too_big;
            break;
        case SNMP_ERR_NOSUCHNAME:
            reply.status = ErrorStatus::no_such_name;
            break;
        default:
            reply.status = ErrorStatus::other;
    }
    reply.error_index = response.errindex > 0 ? static_cast<std::size_t>(response.errindex) : 0;
    reply.bindings.reserve(asked.size());
    for (const auto* variable = response.variables; variable; variable = variable->next_variable) {
        const std::span name{variable->name, variable->name_length};
        const auto place = reply.bindings.size();
        const bool same = place < asked.size() && std::ranges::equal(name, asked[place]);
        reply.bindings.push_back(
            {same ? Oid{} : to_oid(name.data(), name.size()), decode(*variable)});
    }
    return reply;
}

}  // namespace frugald::snmp
