#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

/// A program of the test's own, its output added to `log`; the kernel kills it with the test.
pid_t start_program(std::vector<std::string> arguments, const std::filesystem::path& log);
/// Sends the signal, and SIGKILL if it is not gone some seconds later. 0 afterwards.
void end_program(pid_t& pid, int signal);
bool is_installed(const std::string& program);
/// `count` TCP ports in a row that nobody uses now.
int free_ports(int count);
/// The name of the user that the test runs as.
std::string own_name();
