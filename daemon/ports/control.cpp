#include "daemon/ports/control.h"

namespace frugald {

const char* to_string(Outcome::Kind kind) {
    switch (kind) {
        case Outcome::Kind::done:
            return "done";
        case Outcome::Kind::planned:
            return "planned";
        case Outcome::Kind::refused:
            return "refused";
        case Outcome::Kind::failed:
            return "failed";
    }
    return "unknown";
}

}  // namespace frugald
