// Any registers as what a meter of any shipped profile sent: nothing absurd becomes a reading. The
// first byte picks the profile, the second what the site says of the meter.
#include <cstdint>
#include <cstdlib>

#include "daemon/config/toml_file.h"
#include "plugins/modbus/decode.h"
#include "plugins/modbus/frame.h"
#include "plugins/modbus/profiles.h"

namespace {

using namespace frugald;

void require(bool holds) {
    if (!holds) std::abort();
}

const modbus::Profiles& profiles() {
    static const auto loaded =
        modbus::Profiles::load(FRUGALD_PROFILES "/meter",
                               [](const std::filesystem::path& file) { return read_toml(file); });
    require(loaded.has_value());
    return *loaded;
}

const modbus::Profile& profile(unsigned number) {
    auto at = profiles().all().begin();
    std::advance(at, number % profiles().all().size());
    return *at->second;
}

modbus::Site site(unsigned bits) {
    modbus::Site site;
    site.reverse = bits & 1U;
    if (bits & 2U) site.order = static_cast<modbus::Order>(bits >> 2 & 3U);
    if (bits & 16U) site.ct_ratio = 40;
    return site;
}

void decode_all(const modbus::Profile& profile, const modbus::Site& site, const std::uint8_t* data,
                std::size_t size) {
    for (const auto& map : profile.maps) {
        const auto points = modbus::points_of(profile, map, map.models.empty() ? 0 : 40002, site);
        modbus::Image image;
        std::size_t used = 0;
        for (const auto& block : modbus::plan_blocks(modbus::fields_of(points), profile.shape)) {
            require(block.count > 0 && block.count <= 125 && block.first + block.count <= 65536);
            std::vector<std::uint16_t> registers(block.count);
            for (auto& word : registers) {
                for (int i = 0; i < 2 && size > 0; ++i)
                    word = static_cast<std::uint16_t>(word << 8 | data[used++ % size]);
            }
            image.put(block.function, block.first, std::move(registers));
        }
        const auto decoded = modbus::decode(points, profile, site, image);
        require(decoded.readings.size() <= points.size());
        for (const auto& reading : decoded.readings) {
            require(reading.value == reading.value);
            const bool watts = reading.quantity == Quantity::power_watts;
            if (watts && reading.refused.empty())
                require(reading.value >= -20e6 && reading.value <= 20e6);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const modbus::Question question{1, 3, 3000, 4};
    const auto answer = modbus::read_answer(question, 7, {data, size});
    if (answer) require(answer->exception > 0 || answer->registers.size() == 4);
    if (size < 2) return 0;
    decode_all(profile(data[0]), site(data[1]), data + 2, size - 2);
    return 0;
}
