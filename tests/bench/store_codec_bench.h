#pragma once

#include "tests/bench/bench.h"

namespace frugald::bench {

/// store_codec.chunk_bytes_per_sample, .encode_ns_per_sample, .decode_ns_per_sample: one hour of
/// polls every 10 s of 400 made-up nodes with 12 sensors (tests/support/fleet_samples.h) as chunks,
/// and back. Time is CPU time without making the samples, which is .generate_ns_per_sample.
void store_codec_chunks(const Report& report);

/// store_codec.round_bytes_per_sample, .round_ns_per_sample, .round_decode_ns_per_sample: 60 rounds
/// of 10,000 such nodes, of which the first is a key round.
void store_codec_rounds(const Report& report);

}  // namespace frugald::bench
