// Any bytes as what a site's program printed.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "plugins/command/document.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    const auto now = from_unix_ms(1'800'000'000'000);
    const auto document = command::read_document({reinterpret_cast<const char*>(data), size}, now);
    if (!document) {
        require(document.error().text.find('\n') == std::string::npos);
        return 0;
    }
    require(document->readings.size() <= size);
    for (const auto& reading : document->readings) {
        require(std::isfinite(reading.value));
        require(reading.name.size() <= 64);
        require(reading.name.empty() == (reading.part == Part::total));
    }
    if (document->at) require(*document->at <= now + std::chrono::minutes{5});
    return 0;
}
