#include "plugins/ipmi/group.h"

namespace frugald::ipmi {

const char* to_string(Privilege privilege) {
    switch (privilege) {
        case Privilege::user:
            return "user";
        case Privilege::operator_:
            return "operator";
        case Privilege::administrator:
            return "administrator";
    }
    return "unknown";
}

}  // namespace frugald::ipmi
