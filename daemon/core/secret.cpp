#include "daemon/core/secret.h"

#include <cstring>

namespace frugald {

void Secret::wipe() noexcept {
    explicit_bzero(text_.data(), text_.size());
    text_.clear();
}

}  // namespace frugald
