#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace frugald {

/// What the caller can do about it; the text is only for the operator who reads it.
enum class Fault {
    timeout,       // the other side is silent: retry with back-off
    refused,       // it answered no: do not retry, report
    unauthorized,  // it does not accept our credentials: the admin must act
    unparsable,    // it answered something we do not understand
    unsupported,   // it cannot do that: stop asking
    invalid,       // our own input is wrong (configuration, nodeset, request)
    unavailable,   // a local resource is missing or full (file, disk, process)
    cancelled,     // we are stopping, or something newer made it pointless
};

const char* to_string(Fault fault);

/// `text` says what happened, to what, and what the admin can do: one sentence, no newline.
struct Error {
    Fault fault = Fault::invalid;
    std::string text;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Fault fault, std::string text) {
    return tl::unexpected<Error>(Error{fault, std::move(text)});
}

}  // namespace frugald
