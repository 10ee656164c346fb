// Any bytes as a history: what can be read is judged, and reads the same when written again.
#include <sstream>

#include "daemon/audit/checker.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald::audit;
    std::istringstream lines{std::string(reinterpret_cast<const char*>(data), size)};
    const History history = read_history(lines);
    for (const auto& violation : check(history).violations)
        if (to_text(violation).empty()) __builtin_trap();
    return 0;
}
