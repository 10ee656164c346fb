#pragma once

#include <vector>

#include "plugins/ipmi/fiid.h"
#include "plugins/ipmi/message.h"

namespace frugald::test {

/// What one of FreeIPMI's fill functions has filled in.
inline std::vector<std::uint8_t> bytes_of(const ipmi::Fiid& object) {
    std::vector<std::uint8_t> bytes(256);
    const int size = fiid_obj_get_all(object.get(), bytes.data(), 256);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

inline ipmi::Answer answer_of(std::uint8_t code, ipmi::Buffer<32> data) {
    ipmi::Answer answer;
    answer.completion_code = code;
    answer.data.assign(data);
    return answer;
}

}  // namespace frugald::test
