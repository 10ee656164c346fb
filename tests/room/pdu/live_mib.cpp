#include "tests/room/pdu/live_mib.h"

#include <algorithm>
#include <cmath>

namespace frugald::room {

namespace {

class LiveMib : public Mib {
public:
    LiveMib(std::shared_ptr<const MibLayout> layout, const PduLoad& load)
        : layout_(std::move(layout)), load_(load) {}
    std::size_t size() const override { return layout_->objects().size(); }
    const Oid& oid(std::size_t index) const override { return layout_->objects()[index].oid; }
    SnmpValue value(std::size_t index, TimePoint now) const override {
        return layout_->objects()[index].value(load_, now);
    }

private:
    std::shared_ptr<const MibLayout> layout_;
    const PduLoad& load_;
};

}  // namespace

Oid extend(Oid oid, std::initializer_list<std::uint32_t> by) {
    oid.insert(oid.end(), by.begin(), by.end());
    return oid;
}

void MibLayout::add(const Oid& under, std::initializer_list<std::uint32_t> at, Value value) {
    objects_.push_back({extend(under, at), std::move(value)});
}

void MibLayout::add_integer(const Oid& under, std::initializer_list<std::uint32_t> at,
                            std::int64_t value) {
    add(under, at, [value](const PduLoad&, TimePoint) { return snmp_integer(value); });
}

void MibLayout::add_text(const Oid& under, std::initializer_list<std::uint32_t> at,
                         std::string text) {
    add(under, at, [text = std::move(text)](const PduLoad&, TimePoint) { return snmp_text(text); });
}

void MibLayout::add_number(const Oid& under, std::initializer_list<std::uint32_t> at, double scale,
                           std::function<double(const PduLoad&, TimePoint)> value,
                           std::uint8_t type) {
    add(under, at, [scale, type, value = std::move(value)](const PduLoad& load, TimePoint now) {
        const double number = std::round(value(load, now) * scale);
        return type == tag::integer ? snmp_integer(static_cast<std::int64_t>(number))
                                    : snmp_unsigned(static_cast<std::uint64_t>(number), type);
    });
}

void MibLayout::add_system(std::string description, const Oid& object_id) {
    const Oid system = {1, 3, 6, 1, 2, 1, 1};
    add_text(system, {1, 0}, std::move(description));
    add(system, {2, 0}, [object_id](const PduLoad&, TimePoint) { return snmp_oid(object_id); });
    add_number(
        system, {3, 0}, 100,
        [](const PduLoad& load, TimePoint now) { return Seconds(now - load.started).count(); },
        tag::time_ticks);
    add(system, {5, 0}, [](const PduLoad& load, TimePoint) { return snmp_text(load.name); });
}

void MibLayout::sort() {
    std::sort(objects_.begin(), objects_.end(),
              [](const Object& a, const Object& b) { return a.oid < b.oid; });
}

LayoutFunction find_layout(std::string_view shape) {
    if (shape == "apc-rpdu2") return apc_rpdu2_layout;
    if (shape == "sentry4") return sentry4_layout;
    if (shape == "raritan-px2") return raritan_px2_layout;
    return nullptr;
}

std::shared_ptr<const Mib> make_live_mib(std::shared_ptr<const MibLayout> layout,
                                         const PduLoad& load) {
    return std::make_shared<LiveMib>(std::move(layout), load);
}

}  // namespace frugald::room
