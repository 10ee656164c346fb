#pragma once

#include <ctime>
#include <memory>
#include <optional>

#include "plugins/slurm/wire.h"

namespace frugald::slurm {

/// What slurmctld has told, kept so that only what has changed is asked for again. slurmctld
/// compares times of its own clock, in seconds, so this asks as of a few seconds earlier, and for
/// everything after a step of that clock.
class Loader {
public:
    Loader();
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    ~Loader();

    /// A Picture, or Unchanged if it would be the picture `known`. Nodes are asked for before jobs:
    /// a job that starts or ends in between leaves its node busy in one of them.
    Result<Reply> load(PictureNumber known);
    /// Before slurm_fini: frees what libslurm has made.
    void forget();

private:
    struct Tables;
    Result<bool> refresh();
    Picture picture() const;

    std::unique_ptr<Tables> tables_;
    PictureNumber number_ = 0;  // of the newest picture
};

}  // namespace frugald::slurm
