#include "daemon/core/result.h"

namespace frugald {

const char* to_string(Fault fault) {
    switch (fault) {
        case Fault::timeout:
            return "timeout";
        case Fault::refused:
            return "refused";
        case Fault::unauthorized:
            return "unauthorized";
        case Fault::unparsable:
            return "unparsable";
        case Fault::unsupported:
            return "unsupported";
        case Fault::invalid:
            return "invalid";
        case Fault::unavailable:
            return "unavailable";
        case Fault::cancelled:
            return "cancelled";
    }
    return "unknown";
}

}  // namespace frugald
