#include "plugins/slurm/worker/comment.h"

#include <fmt/format.h>
#include <slurm/slurmdb.h>

#include <cerrno>
#include <string_view>

#include "daemon/core/c_handle.h"
#include "plugins/slurm/worker/compat.h"
#include "plugins/slurm/worker/faults.h"

namespace frugald::slurm {

namespace {

using Conf = CHandle<slurm_conf_t, free_controller_conf>;
using ListOf = std::remove_pointer_t<decltype(slurm_list_create(nullptr))>;
using List = CHandle<ListOf, slurm_list_destroy>;
using JobRow = CHandle<slurmdb_job_rec_t, slurmdb_destroy_job_rec>;

struct Connection {
    void* handle = nullptr;
    Connection() {
        std::uint16_t flags = 0;
        handle = slurmdb_connection_get(&flags);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        if (handle) slurmdb_connection_close(&handle);
    }
};

/// One job of one cluster.
struct Condition {
    slurm_selected_step_t step{};
    List steps{slurm_list_create(nullptr)}, clusters{slurm_list_create(nullptr)};
    slurmdb_job_cond_t wanted{};

    Condition(std::uint32_t job, char* cluster) {
        step.array_task_id = step.het_job_offset = NO_VAL;
        step.step_id.job_id = job;
        step.step_id.step_id = step.step_id.step_het_comp = NO_VAL;
        slurm_list_append(steps.get(), &step);
        slurm_list_append(clusters.get(), cluster);
        wanted.step_list = steps.get();
        wanted.cluster_list = clusters.get();
        wanted.db_flags = SLURMDB_JOB_FLAG_NOTSET;
        wanted.flags = JOBCOND_FLAG_NO_STEP | JOBCOND_FLAG_NO_TRUNC;
    }
};

tl::unexpected<Error> failed(std::string_view doing) {
    const int number = errno;
    auto error = error_of(number, doing);
    error.text = fmt::format("the accounting database (slurmdbd) does not do it: {} ({}, while {})",
                             slurm_strerror(number), number, doing);
    return tl::unexpected{std::move(error)};
}

Result<JobRow> record_of(void* connection, Condition& condition) {
    const List found{slurmdb_jobs_get(connection, &condition.wanted)};
    if (!found) return failed("reading a job's record");
    JobRow row{static_cast<slurmdb_job_rec_t*>(slurm_list_pop(found.get()))};
    if (row) return row;
    return fail(Fault::invalid, "the accounting database has no record of the job");
}

/// True: it is to be written.
Result<bool> judge(const slurmdb_job_rec_t& row, const CommentRequest& request) {
    if (row.end == 0) return fail(Fault::invalid, "the job has not ended in the records");
    if (row.end != request.end)
        return fail(Fault::refused, "the newest record of the job is of another run");
    const std::string_view there = row.admin_comment ? row.admin_comment : "", ours = request.text;
    const auto mark = ours.substr(0, ours.find(' '));
    if (!there.empty() && !there.starts_with(mark))
        return fail(Fault::refused, "the job has an AdminComment of somebody else");
    return there != ours;
}

Result<void> change(void* connection, Condition& condition, std::string text) {
    slurmdb_job_rec_t row{};
    row.admin_comment = text.data();
    row.derived_ec = NO_VAL;
    const List changed{slurmdb_job_modify(connection, &condition.wanted, &row)};
    if (!changed) return failed("writing a job's AdminComment");
    if (slurmdb_connection_commit(connection, true) != 0)
        return failed("committing a job's AdminComment");
    return {};
}

}  // namespace

Result<void> write_comment(const CommentRequest& request) {
    slurm_conf_t* loaded = nullptr;
    if (slurm_load_ctl_conf(0, &loaded) != 0)
        return tl::unexpected{error_of(errno, "reading its configuration")};
    const Conf conf{loaded};
    const std::string_view kind =
        conf->accounting_storage_type ? conf->accounting_storage_type : "";
    if (!kind.ends_with("slurmdbd"))
        return fail(Fault::unsupported,
                    fmt::format("an AdminComment of a job that has ended is kept by slurmdbd only, "
                                "and AccountingStorageType of slurm.conf is {}",
                                kind.empty() ? "not set" : kind));
    const Connection connection;
    if (!connection.handle) return failed("connecting");
    Condition condition{request.job, conf->cluster_name};
    const auto row = record_of(connection.handle, condition);
    if (!row) return tl::unexpected{row.error()};
    const auto write = judge(**row, request);
    if (!write) return tl::unexpected{write.error()};
    return *write ? change(connection.handle, condition, request.text) : Result<void>{};
}

}  // namespace frugald::slurm
