#include "daemon/store/samples/catalogue.h"

#include <cstring>

#include "daemon/store/codec/cursor.h"
#include "daemon/store/samples/catalogue_keys.h"

namespace frugald::samples {

void stream_key(std::string& key, DeviceKind kind, std::string_view device,
                std::string_view source) {
    key.assign(1, static_cast<char>(kind));
    key.append(device).append(1, '\x1f').append(source);
}

void sensor_key(std::string& key, const SensorInfo& sensor, std::string_view part_name) {
    key.assign({static_cast<char>(sensor.quantity), static_cast<char>(sensor.part),
                static_cast<char>(sensor.scale.scale_e10)});
    char mult[sizeof sensor.scale.mult];
    std::memcpy(mult, &sensor.scale.mult, sizeof mult);
    key.append(mult, sizeof mult).append(part_name);
}

void set_key(std::string& key, const SensorSet& sensors) {
    key.clear();
    std::uint32_t before = 0;
    for (const auto id : sensors) {
        std::uint8_t bytes[codec::max_varint];
        const auto* end = codec::put_varint(bytes, id - before);
        key.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(end - bytes));
        before = id;
    }
}

Result<void> Catalogue::load(Database& database) {
    *this = Catalogue{};
    if (auto done = read(database, Sums::required); !done) return done;
    commit();
    return {};
}

Result<void> Catalogue::load_unsummed(Database& database) {
    *this = Catalogue{};
    return read(database, Sums::none);
}

Result<void> Catalogue::merge(Database& database) { return read(database, Sums::sound_only); }

void Catalogue::begin_after(const Floors& floors) {
    const auto reach = [](auto& all, std::uint32_t id) {
        if (id > 0 && all.size() <= id) all.resize(id + 1);
    };
    reach(streams_, floors.stream);
    reach(sensors_, floors.sensor);
    reach(sets_, floors.set);
}

std::uint32_t Catalogue::stream_of(DeviceKind kind, std::string_view device,
                                   std::string_view source) {
    stream_key(key_, kind, device, source);
    if (const auto known = stream_ids_.find(key_); known != stream_ids_.end()) return known->second;
    if (streams_.size() > most_streams) return 0;
    const auto id = static_cast<std::uint32_t>(streams_.size());
    streams_.push_back({id, kind, std::string{device}, std::string{source}});
    return stream_ids_[key_] = id;
}

std::uint32_t Catalogue::sensor_of(Quantity quantity, Part part, std::string_view part_name) {
    SensorInfo info{0, quantity, part, {}, codec::default_scale(quantity)};
    sensor_key(key_, info, part_name);
    if (const auto known = sensor_ids_.find(key_); known != sensor_ids_.end()) return known->second;
    info.id = static_cast<std::uint32_t>(sensors_.size());
    info.part_name = part_name;
    sensors_.push_back(info);
    return sensor_ids_[key_] = info.id;
}

std::uint32_t Catalogue::set_of(const SensorSet& sensors) {
    if (sensors.empty()) return 0;
    set_key(key_, sensors);
    if (const auto known = set_ids_.find(key_); known != set_ids_.end()) return known->second;
    const auto id = static_cast<std::uint32_t>(sets_.size());
    sets_.push_back(sensors);
    return set_ids_[key_] = id;
}

Result<void> Catalogue::write_added(Database& database) {
    const bool none = new_streams_ == streams_.size() && new_sensors_ == sensors_.size() &&
                      new_sets_ == sets_.size();
    if (none) return {};
    auto rows = CatalogueWriter::open(database);
    if (!rows) return tl::unexpected(rows.error());
    for (std::size_t i = new_streams_; i < streams_.size(); ++i)
        if (auto done = rows->write(streams_[i]); !done) return done;
    for (std::size_t i = new_sensors_; i < sensors_.size(); ++i)
        if (auto done = rows->write(sensors_[i]); !done) return done;
    for (std::size_t i = new_sets_; i < sets_.size(); ++i)
        if (auto done = rows->write(static_cast<std::uint32_t>(i), sets_[i]); !done) return done;
    return {};
}

void Catalogue::commit() {
    new_streams_ = streams_.size();
    new_sensors_ = sensors_.size();
    new_sets_ = sets_.size();
}

void Catalogue::roll_back() {
    const auto is_new = [](std::size_t from) {
        return [from](const auto& entry) { return entry.second >= from; };
    };
    std::erase_if(stream_ids_, is_new(new_streams_));
    std::erase_if(sensor_ids_, is_new(new_sensors_));
    std::erase_if(set_ids_, is_new(new_sets_));
    streams_.resize(new_streams_);
    sensors_.resize(new_sensors_);
    sets_.resize(new_sets_);
}

}  // namespace frugald::samples
