#include "tests/room/pdu/mib.h"

namespace frugald::room {

std::size_t Mib::after(const Oid& wanted) const {
    std::size_t low = 0;
    std::size_t high = size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (oid(middle) <= wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

std::size_t Mib::find(const Oid& wanted) const {
    const std::size_t next = after(wanted);
    return next > 0 && oid(next - 1) == wanted ? next - 1 : size();
}

}  // namespace frugald::room
