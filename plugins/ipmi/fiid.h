#pragma once

#include <freeipmi/freeipmi.h>

#include <cstdint>
#include <optional>

#include "daemon/core/c_handle.h"

namespace frugald::ipmi {

/// FreeIPMI's packet object: named bit fields after a template.
using Fiid = CHandle<fiid_obj, fiid_obj_destroy>;

/// The number in `field`; absent when the packet ended before it.
inline std::optional<std::uint64_t> number(const Fiid& object, const char* field) {
    std::uint64_t value = 0;
    if (fiid_obj_get(object.get(), field, &value) != 1) return std::nullopt;
    return value;
}

}  // namespace frugald::ipmi
