#include "daemon/store/jobs.h"

#include "daemon/core/fields.h"
#include "daemon/store/rows.h"

namespace frugald {

namespace {

/// "4*64,2": 64 times 4, then 2.
std::string text_of(const std::vector<std::uint32_t>& numbers) {
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        auto end = i + 1;
        while (end < numbers.size() && numbers[end] == numbers[i]) ++end;
        fmt::format_to(std::back_inserter(text), "{}{}", text.empty() ? "" : ",", numbers[i]);
        if (end - i > 1) fmt::format_to(std::back_inserter(text), "*{}", end - i);
        i = end;
    }
    return text;
}

/// Empty for what is no such text of so many numbers.
std::vector<std::uint32_t> numbers_in(std::string_view text, std::size_t count) {
    std::vector<std::uint32_t> numbers;
    while (!text.empty()) {
        auto piece = cut(text, ',');
        const auto number = number_in<std::uint32_t>(cut(piece, '*'));
        const auto times = piece.empty() ? 1 : number_in<std::size_t>(piece);
        if (times > count - numbers.size()) return {};
        numbers.insert(numbers.end(), times, number);
    }
    if (numbers.size() != count) numbers.clear();
    return numbers;
}

/// In their own order, which CPUs are counted in.
std::string text_of(const std::vector<std::string>& nodes) {
    std::string text;
    for (const auto& node : nodes) text += (text.empty() ? "" : ",") + node;
    return text;
}

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) names.emplace_back(cut(text, ','));
    return names;
}

std::optional<std::int64_t> ms_or_null(const std::optional<WallTime>& at) {
    if (!at) return std::nullopt;
    return to_unix_ms(*at);
}

std::int64_t ms_of(Seconds length) {
    return std::chrono::round<std::chrono::milliseconds>(length).count();
}

template <class Unit>
std::optional<double> value_or_null(const std::optional<Amount<Unit>>& amount) {
    if (!amount) return std::nullopt;
    return amount->value;
}

template <class Unit>
std::optional<Amount<Unit>> amount_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return Amount<Unit>{row.number(column)};
}

constexpr const char* run_columns =
    "SELECT id, start_ms, end_ms, seen_ms, partition, nodes, cpus, node_cpus, vanished, settled "
    "FROM job ";

JobRun run_from(const Statement& row) {
    JobRun run;
    run.key = {static_cast<std::uint32_t>(row.integer(0)), from_unix_ms(row.integer(1))};
    if (!row.is_null(2)) run.end = from_unix_ms(row.integer(2));
    run.seen = from_unix_ms(row.integer(3));
    run.partition = row.text(4);
    run.nodes = names_in(row.text(5));
    run.cpus = numbers_in(row.text(6), run.nodes.size());
    run.node_cpus = numbers_in(row.text(7), run.nodes.size());
    run.vanished = row.integer(8) != 0;
    run.settled = row.integer(9) != 0;
    return run;
}

JobEnergyRow energy_from(const Statement& row) {
    JobEnergyRow one;
    one.node = row.text(0);
    one.figure.energy = amount_at<struct JouleUnit>(row, 1);
    one.node_energy = amount_at<struct JouleUnit>(row, 2);
    one.figure.mean = amount_at<struct WattUnit>(row, 3);
    one.figure.least = amount_at<struct WattUnit>(row, 4);
    one.figure.most = amount_at<struct WattUnit>(row, 5);
    one.figure.length = std::chrono::milliseconds{row.integer(6)};
    one.figure.covered = std::chrono::milliseconds{row.integer(7)};
    one.figure.gaps = static_cast<unsigned>(row.integer(8));
    one.figure.longest_gap = std::chrono::milliseconds{row.integer(9)};
    one.cpus = static_cast<std::uint32_t>(row.integer(10));
    one.node_cpus = static_cast<std::uint32_t>(row.integer(11));
    one.shared = row.integer(12) != 0;
    one.by_cpus = row.integer(13) != 0;
    one.unknown_why = row.text(14);
    return one;
}

}  // namespace

Result<void> JobTables::put_runs(const std::vector<JobRun>& runs) {
    auto insert = database_.prepare(
        "INSERT INTO job(id, start_ms, end_ms, seen_ms, partition, nodes, cpus, node_cpus, "
        "vanished, settled) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET "
        "end_ms = excluded.end_ms, seen_ms = excluded.seen_ms, vanished = excluded.vanished");
    if (!insert) return tl::unexpected(insert.error());
    for (const auto& run : runs) {
        const auto nodes = text_of(run.nodes), cpus = text_of(run.cpus),
                   node_cpus = text_of(run.node_cpus);
        auto done = insert->run(std::int64_t{run.key.id}, to_unix_ms(run.key.start),
                                ms_or_null(run.end), to_unix_ms(run.seen), run.partition, nodes,
                                cpus, node_cpus, std::int64_t{run.vanished});
        if (!done) return done;
    }
    return {};
}

Result<void> JobTables::put_energies(const std::vector<JobEnergy>& energies) {
    auto insert = database_.prepare(
        "INSERT OR REPLACE INTO job_energy VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?)");
    auto settle = database_.prepare(
        "UPDATE job SET settled = 1, resolution = ? WHERE id = ? AND start_ms = ?");
    if (!insert || !settle) return tl::unexpected((insert ? settle : insert).error());
    for (const auto& job : energies) {
        const std::int64_t id = job.id, start = to_unix_ms(job.start);
        std::int64_t place = 0;
        for (const auto& row : job.rows) {
            const auto& figure = row.figure;
            auto done = insert->run(
                id, start, place++, row.node, value_or_null(figure.energy),
                value_or_null(row.node_energy), value_or_null(figure.mean),
                value_or_null(figure.least), value_or_null(figure.most), ms_of(figure.length),
                ms_of(figure.covered), std::int64_t{figure.gaps}, ms_of(figure.longest_gap),
                std::int64_t{row.cpus}, std::int64_t{row.node_cpus}, std::int64_t{row.shared},
                std::int64_t{row.by_cpus}, row.unknown_why);
            if (!done) return done;
        }
        const auto resolution = static_cast<std::int64_t>(job.resolution);
        if (auto done = settle->run(resolution, id, start); !done) return done;
    }
    return {};
}

Result<void> JobTables::write(const JobChanges& changes) {
    const auto work = [&]() -> Result<void> {
        if (auto done = put_runs(changes.runs); !done) return done;
        return put_energies(changes.energies);
    };
    return database_.transaction(work);
}

Result<std::vector<JobRun>> JobTables::unfinished() {
    const std::string sql = std::string{run_columns} +
                            "WHERE settled = 0 OR end_ms > (SELECT min(start_ms) FROM job "
                            "INDEXED BY job_unsettled WHERE settled = 0)";
    auto query = database_.prepare(sql.c_str());
    if (!query) return tl::unexpected(query.error());
    return all_rows(*query, run_from);
}

Result<std::vector<JobKey>> JobTables::known(const std::vector<JobKey>& keys) {
    auto query = database_.prepare("SELECT 1 FROM job WHERE id = ? AND start_ms = ?");
    if (!query) return tl::unexpected(query.error());
    std::vector<JobKey> found;
    for (const auto& key : keys) {
        query->bind(std::int64_t{key.id}, to_unix_ms(key.start));
        const auto row = query->step();
        if (!row) return tl::unexpected(row.error());
        if (*row) found.push_back(key);
        query->reset();
    }
    return found;
}

Result<void> JobTables::read_rows(JobEnergy& job) {
    auto query = database_.prepare(
        "SELECT node, joules, node_joules, mean_w, min_w, max_w, length_ms, covered_ms, gaps, "
        "longest_gap_ms, cpus, node_cpus, shared, by_cpus, unknown_why FROM job_energy "
        "WHERE job = ? AND start_ms = ? ORDER BY place");
    if (!query) return tl::unexpected(query.error());
    query->bind(std::int64_t{job.id}, to_unix_ms(job.start));
    auto rows = all_rows(*query, energy_from);
    if (!rows) return tl::unexpected(rows.error());
    job.rows = std::move(*rows);
    return {};
}

Result<std::vector<JobEnergy>> JobTables::settled(std::uint32_t id) {
    auto query = database_.prepare(
        "SELECT start_ms, end_ms, partition, vanished, resolution FROM job "
        "WHERE id = ? AND settled = 1 ORDER BY start_ms");
    if (!query) return tl::unexpected(query.error());
    query->bind(std::int64_t{id});
    auto jobs = all_rows(*query, [id](const Statement& row) {
        JobEnergy job;
        job.id = id;
        job.start = from_unix_ms(row.integer(0));
        job.until = from_unix_ms(row.integer(1));
        job.partition = row.text(2);
        job.vanished = row.integer(3) != 0;
        job.resolution = static_cast<Resolution>(row.integer(4));
        return job;
    });
    if (!jobs) return jobs;
    for (auto& job : *jobs)
        if (auto read = read_rows(job); !read) return tl::unexpected(read.error());
    return jobs;
}

Result<std::size_t> JobTables::forget(WallTime ended_before, std::size_t most) {
    auto query = database_.prepare(
        "SELECT id, start_ms FROM job WHERE end_ms < ? AND settled = 1 ORDER BY end_ms LIMIT ?");
    auto rows = database_.prepare("DELETE FROM job_energy WHERE job = ? AND start_ms = ?");
    auto runs = database_.prepare("DELETE FROM job WHERE id = ? AND start_ms = ?");
    for (const auto* one : {&query, &rows, &runs})
        if (!*one) return tl::unexpected(one->error());
    query->bind(to_unix_ms(ended_before), row_limit(most));
    const auto old = all_rows(*query, [](const Statement& row) {
        return std::pair{row.integer(0), row.integer(1)};
    });
    if (!old) return tl::unexpected(old.error());
    const auto work = [&]() -> Result<void> {
        for (const auto& [id, start] : *old) {
            if (auto done = rows->run(id, start); !done) return done;
            if (auto done = runs->run(id, start); !done) return done;
        }
        return {};
    };
    if (auto done = database_.transaction(work); !done) return tl::unexpected(done.error());
    return old->size();
}

}  // namespace frugald
