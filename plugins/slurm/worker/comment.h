#pragma once

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// Writes the AdminComment of a job's newest record in the accounting database: slurmctld itself
/// refuses to change a job that is over. Only over nothing, or over what begins with the same word
/// as `text`, which has no quotes (Slurm would change them).
/// Fault::unsupported: this cluster has no accounting database; refused: the comment is somebody
/// else's, or the record is of another run; invalid: there is no record that has ended, not yet.
Result<void> write_comment(const CommentRequest& request);

}  // namespace frugald::slurm
