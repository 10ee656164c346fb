#include "daemon/core/pue_picture.h"
#include "daemon/export/families.h"

namespace frugald::metrics {

void collect_pue(const Snapshot& now, Families& families) {
    if (!now.pue) return;
    const PueFigure& live = now.pue->live;
    Family pue{"frugald_pue",
               "Power usage effectiveness of the last minutes; below 1 a source is missing."};
    if (live.value) pue.add({{"category", now.pue->category}}, *live.value);
    pue.move_into(families);
    Family coverage{"frugald_pue_coverage_ratio",
                    "Part of these minutes in which both sides of frugald_pue were measured."};
    coverage.add({}, live.coverage);
    coverage.move_into(families);
}

}  // namespace frugald::metrics
