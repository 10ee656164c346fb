#include "daemon/core/pue_picture.h"

#include <algorithm>

namespace frugald {

const char* to_string(PueState state) {
    switch (state) {
        case PueState::complete:
            return "complete";
        case PueState::incomplete:
            return "incomplete";
        case PueState::insufficient:
            return "insufficient";
        case PueState::impossible:
            return "impossible";
    }
    return "unknown";
}

const PueFigure* PuePicture::find(const std::string& period) const {
    for (const PueFigure* const figure : {&day, &month, &year})
        if (figure->period == period) return figure;
    const auto found = std::ranges::find(*past, period, &PueFigure::period);
    return found == past->end() ? nullptr : &*found;
}

}  // namespace frugald
