#include "plugins/remote_write/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/core/utf8.h"
#include "plugins/remote_write/protobuf.h"

namespace frugald::remote_write {

namespace {

constexpr std::string_view suspect = " suspect";  // behind a source (core/sample.h)

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_own_label(std::string_view name) {
    constexpr std::array<std::string_view, 12> own{"branch", "line",   "meter",  "node",
                                                   "outlet", "pdu",    "psu",    "partition",
                                                   "scope",  "sensor", "source", "quality"};
    return std::ranges::find(own, name) != own.end();
}

std::string_view Labels::fed_node(const SeriesName& outlet) const {
    if (!picture_) return {};
    const auto device = picture_->devices.find(outlet.device);
    if (device == picture_->devices.end()) return {};
    const auto node = device->second.outlet_nodes.find(std::string{outlet.part_name});
    return node == device->second.outlet_nodes.end() ? std::string_view{} : node->second;
}

void Labels::add(std::string_view name, std::string_view value) {
    if (!name.empty() && !value.empty()) pairs_.emplace_back(name, value);
}

const std::string& Labels::of(const SeriesName& series, unsigned occurrence) {
    encoded_.clear();
    const auto name = metric_name(series.kind, series.quantity, series.part);
    if (!name) return encoded_;
    family_.assign(name.beginning).append(name.ending);
    part_.assign(series.part_name);
    if (occurrence > 0) part_ += fmt::format(" #{}", occurrence + 1);
    const bool contradicted = series.source.ends_with(suspect);
    pairs_.clear();
    add("__name__", family_);
    add(name.device_label, series.device);
    add(name.part_label, part_);
    if (series.kind == DeviceKind::pdu && series.part == Part::outlet)
        add(fed_node_label, fed_node(series));
    if (name.source_label)
        add("source",
            series.source.substr(0, series.source.size() - (contradicted ? suspect.size() : 0)));
    if (contradicted) add("quality", "suspect");
    for (const auto& [label, value] : extra_) add(label, value);
    std::ranges::sort(pairs_);
    for (const auto& [label, value] : pairs_)
        if (is_ascii(value))
            protobuf::append_label(encoded_, label, value);
        else
            protobuf::append_label(encoded_, label, valid_utf8(value));
    return encoded_;
}

}  // namespace frugald::remote_write
