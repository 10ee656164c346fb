#pragma once

namespace frugald::page {

// The files of daemon/export/page/, built in.
extern const char* const html;
extern const char* const script;
extern const char* const style;

}  // namespace frugald::page
