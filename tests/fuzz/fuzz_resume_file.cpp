// Any bytes as SLURM_RESUME_FILE.
#include <cstdint>

#include "daemon/engine/resume_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::size_t nodes = 0;
    for (const auto& job : frugald::read_resume_file({reinterpret_cast<const char*>(data), size})) {
        if (job.id.empty() || job.nodes.empty()) __builtin_trap();
        nodes += job.nodes.size();
    }
    if (nodes > 65'536) __builtin_trap();
    return 0;
}
