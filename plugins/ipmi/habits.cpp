#include "plugins/ipmi/habits.h"

#include <algorithm>

namespace frugald::ipmi {
namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

bool any_part(const std::vector<std::string>& parts, const std::string& sensor) {
    const std::string name = lower(sensor);
    return std::any_of(parts.begin(), parts.end(), [&name](const std::string& part) {
        return name.find(part) != std::string::npos;
    });
}

template <class T>
bool contains(const std::vector<T>& list, T value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

bool NameList::names(const std::string& sensor) const { return contains(wanted, lower(sensor)); }
bool NameList::fits(const std::string& sensor) const { return any_part(wanted, sensor); }
bool NameList::excludes(const std::string& sensor) const { return any_part(never, sensor); }

bool Habits::fits(const DeviceId& device) const {
    return contains(manufacturer_ids, device.manufacturer) &&
           (product_ids.empty() || contains(product_ids, device.product));
}

}  // namespace frugald::ipmi
