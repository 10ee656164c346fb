#pragma once

#include <memory>
#include <vector>

#include "daemon/engine/modules.h"

namespace frugald {

/// The same keys and values, wherever they stand in the file.
bool same_content(const Settings& a, const Settings& b);

/// The modules of `old` that `next` does without.
std::vector<std::shared_ptr<Module>> replaced(const std::vector<LoadedModule>& old,
                                              const std::vector<LoadedModule>& next);

}  // namespace frugald
