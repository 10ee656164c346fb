#pragma once

/// Built with AddressSanitizer: slower, larger, and its library wants to be loaded first.
/// g++ says so with a macro, clang with a feature.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif
