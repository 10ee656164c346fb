#include "plugins/slurm/records.h"

namespace frugald::slurm {

namespace {

/// The fewest bytes that one record can take.
constexpr std::size_t least_text = 4, least_partition = 12, least_node = 41, least_job = 33,
                      least_reservation = 25, least_cpu_run = 8;

void write(ByteWriter& writer, std::optional<std::uint32_t> number) {
    writer.u8(number.has_value());
    if (number) writer.u32(*number);
}

std::optional<std::uint32_t> read_optional(ByteReader& reader) {
    if (reader.u8() == 0) return std::nullopt;
    return reader.u32();
}

void write(ByteWriter& writer, const SchedulerPowerSaving& saving) {
    for (const auto* text :
         {&saving.suspend_program, &saving.resume_program, &saving.resume_fail_program,
          &saving.suspend_exc_nodes, &saving.suspend_exc_parts, &saving.suspend_exc_states,
          &saving.slurmctld_parameters, &saving.private_data, &saving.debug_flags,
          &saving.library_version})
        writer.text(*text);
    write(writer, saving.suspend_rate);
    write(writer, saving.resume_rate);
    writer.i64(saving.slurmd_timeout.count());
    writer.i64(saving.batch_start_timeout.count());
    writer.i64(saving.message_timeout.count());
    writer.u32(saving.return_to_service);
}

SchedulerPowerSaving read_power_saving(ByteReader& reader) {
    SchedulerPowerSaving saving;
    for (auto* text : {&saving.suspend_program, &saving.resume_program, &saving.resume_fail_program,
                       &saving.suspend_exc_nodes, &saving.suspend_exc_parts,
                       &saving.suspend_exc_states, &saving.slurmctld_parameters,
                       &saving.private_data, &saving.debug_flags, &saving.library_version})
        *text = reader.text();
    saving.suspend_rate = read_optional(reader);
    saving.resume_rate = read_optional(reader);
    saving.slurmd_timeout = std::chrono::seconds{reader.i64()};
    saving.batch_start_timeout = std::chrono::seconds{reader.i64()};
    saving.message_timeout = std::chrono::seconds{reader.i64()};
    saving.return_to_service = reader.u32();
    return saving;
}

void write(ByteWriter& writer, const ControllerRecord& controller) {
    writer.text(controller.version);
    writer.text(controller.slurm_user);
    writer.u32(static_cast<std::uint32_t>(controller.hosts.size()));
    for (const auto& host : controller.hosts) writer.text(host);
    write(writer, controller.suspend_time);
    writer.u32(controller.suspend_timeout);
    writer.u32(controller.resume_timeout);
    write(writer, controller.power_saving);
}

ControllerRecord read_controller(ByteReader& reader) {
    ControllerRecord controller;
    controller.version = reader.text();
    controller.slurm_user = reader.text();
    controller.hosts.resize(reader.count(least_text));
    for (auto& host : controller.hosts) host = reader.text();
    controller.suspend_time = read_optional(reader);
    controller.suspend_timeout = reader.u32();
    controller.resume_timeout = reader.u32();
    controller.power_saving = read_power_saving(reader);
    return controller;
}

void write(ByteWriter& writer, const PartitionRecord& partition) {
    writer.text(partition.name);
    writer.text(partition.nodes);
    writer.u8(partition.up);
    write(writer, partition.suspend_time);
    write(writer, partition.suspend_timeout);
    write(writer, partition.resume_timeout);
}

void read(ByteReader& reader, PartitionRecord& partition) {
    partition.name = reader.text();
    partition.nodes = reader.text();
    partition.up = reader.u8() != 0;
    partition.suspend_time = read_optional(reader);
    partition.suspend_timeout = read_optional(reader);
    partition.resume_timeout = read_optional(reader);
}

void write(ByteWriter& writer, const NodeRecord& node) {
    writer.text(node.name);
    writer.u8(static_cast<std::uint8_t>(node.base));
    writer.u32(node.flags);
    writer.u32(node.allocated_cpus);
    writer.u32(node.cpus);
    writer.i64(node.boot_time);
    writer.i64(node.slurmd_start_time);
    writer.text(node.reason);
    writer.text(node.features);
}

void read(ByteReader& reader, NodeRecord& node) {
    node.name = reader.text();
    const auto base = reader.u8();
    if (base <= static_cast<std::uint8_t>(NodeBase::future))
        node.base = static_cast<NodeBase>(base);
    node.flags = reader.u32();
    node.allocated_cpus = reader.u32();
    node.cpus = reader.u32();
    node.boot_time = reader.i64();
    node.slurmd_start_time = reader.i64();
    node.reason = reader.text();
    node.features = reader.text();
}

void write(ByteWriter& writer, const JobRecord& job) {
    writer.u32(job.id);
    writer.u8(static_cast<std::uint8_t>(job.state));
    writer.text(job.partition);
    writer.text(job.nodes);
    writer.i64(job.start);
    writer.i64(job.end);
    writer.u32(static_cast<std::uint32_t>(job.cpus.size()));
    for (const auto& [cpus, nodes] : job.cpus) {
        writer.u32(cpus);
        writer.u32(nodes);
    }
}

void read(ByteReader& reader, JobRecord& job) {
    job.id = reader.u32();
    const auto state = reader.u8();
    if (state <= static_cast<std::uint8_t>(JobState::other)) job.state = JobState{state};
    job.partition = reader.text();
    job.nodes = reader.text();
    job.start = reader.i64();
    job.end = reader.i64();
    job.cpus.resize(reader.count(least_cpu_run));
    for (auto& run : job.cpus) run = {reader.u32(), reader.u32()};
}

void write(ByteWriter& writer, const ReservationRecord& reservation) {
    writer.text(reservation.name);
    writer.text(reservation.nodes);
    writer.i64(reservation.start);
    writer.i64(reservation.end);
    writer.u8(reservation.maintenance);
}

void read(ByteReader& reader, ReservationRecord& reservation) {
    reservation.name = reader.text();
    reservation.nodes = reader.text();
    reservation.start = reader.i64();
    reservation.end = reader.i64();
    reservation.maintenance = reader.u8() != 0;
}

template <class Record>
void write_all(ByteWriter& writer, const std::vector<Record>& records) {
    writer.u32(static_cast<std::uint32_t>(records.size()));
    for (const auto& record : records) write(writer, record);
}

template <class Record>
void read_all(ByteReader& reader, std::vector<Record>& records, std::size_t least) {
    records.resize(reader.count(least));
    for (auto& record : records) {
        if (!reader.good()) return;
        read(reader, record);
    }
}

}  // namespace

void write(ByteWriter& writer, const Picture& picture) {
    writer.i64(picture.number);
    writer.i64(picture.answered_at_ns);
    write(writer, picture.controller);
    write_all(writer, picture.partitions);
    write_all(writer, picture.nodes);
    write_all(writer, picture.jobs);
    write_all(writer, picture.ended_jobs);
    write_all(writer, picture.reservations);
}

Picture read_picture(ByteReader& reader) {
    Picture picture;
    picture.number = reader.i64();
    picture.answered_at_ns = reader.i64();
    picture.controller = read_controller(reader);
    read_all(reader, picture.partitions, least_partition);
    read_all(reader, picture.nodes, least_node);
    read_all(reader, picture.jobs, least_job);
    read_all(reader, picture.ended_jobs, least_job);
    read_all(reader, picture.reservations, least_reservation);
    return picture;
}

}  // namespace frugald::slurm
