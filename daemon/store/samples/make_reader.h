#pragma once

#include <memory>

#include "daemon/store/samples/files.h"
#include "daemon/store/samples/sample_reader.h"

namespace frugald::samples {

/// The reader for this query; `files` and `catalogue` outlive it.
std::unique_ptr<SampleReader> make_reader(const Files& files, const Catalogue& catalogue,
                                          SampleQuery query);

}  // namespace frugald::samples
