#pragma once

#include "plugins/slurm/bytes.h"
#include "plugins/slurm/wire.h"

namespace frugald::slurm {

void write(ByteWriter& writer, const Picture& picture);
/// Worthless unless the reader is still good afterwards.
Picture read_picture(ByteReader& reader);

}  // namespace frugald::slurm
