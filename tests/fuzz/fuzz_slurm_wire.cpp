// Any bytes as what frugald-slurm sends: a reply, and the view that is made of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugins/slurm/view.h"
namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace frugald;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    static_cast<void>(slurm::frame_size(bytes.substr(0, slurm::frame_head)));
    const auto request = slurm::decode_request(bytes);
    if (request) {
        const auto again = slurm::encode(*request);
        require(std::string_view{again}.substr(slurm::frame_head) == bytes);
    }
    const auto reply = slurm::decode_reply(bytes);
    if (!reply) return 0;
    if (const auto* picture = std::get_if<slurm::Picture>(&*reply)) {
        require(picture->nodes.size() <= size);
        const auto view = slurm::view_of(*picture, Instant::now());
        require(!view || (*view)->nodes.size() <= picture->nodes.size());
    }
    return 0;
}
