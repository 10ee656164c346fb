#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/calibration.h"
#include "daemon/core/string_map.h"

namespace frugald {

/// Who is corrected by how much.
class Calibrations {
public:
    static constexpr const char* space = "calibration";
    using Entry = CalibrationEntry;

    /// As `text_of` wrote them; what cannot be read is left out.
    void load(const std::vector<std::pair<std::string, std::string>>& kept);
    static std::string text_of(const Calibration& calibration);

    void set(const PowerSource& source, Calibration calibration);
    void drop(const PowerSource& source);
    bool has(const PowerSource& source) const;
    /// 1 where nobody has measured.
    double factor(std::string_view device, Part part, std::string_view part_name) const;
    /// In the order of their names.
    std::vector<Entry> list() const;

private:
    StringMap<std::vector<Entry>> of_;  // by device
};

}  // namespace frugald
