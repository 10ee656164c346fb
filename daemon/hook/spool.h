#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "daemon/hook/message.h"

namespace frugald::hook {

// A directory of messages that could not be handed over. Written by the hook, read and removed by
// the daemon; several of each may be at work. Names sort by the time of the call. Functions that
// fail say why in `problem`, a sentence.

struct Spooled {
    std::string name;  // inside the directory
    uid_t owner = 0;   // who wrote it: the kernel's word, not the file's
};

/// Writes one message, durably (fsync of file and directory) and atomically: a file is there whole
/// or not at all. The file's name, or nothing.
std::optional<std::string> spool_write(const std::string& directory, const Message& message,
                                       std::string& problem);

/// The complete messages, oldest first; everything but regular files and names of ours is ignored,
/// also files still being written. Nothing, not an empty list, when the directory cannot be read.
std::optional<std::vector<Spooled>> spool_list(const std::string& directory, std::string& problem);

std::optional<Message> spool_read(const std::string& directory, const Spooled& entry,
                                  std::string& problem);

/// False when it is still there.
bool spool_remove(const std::string& directory, const Spooled& entry, std::string& problem);

}  // namespace frugald::hook
