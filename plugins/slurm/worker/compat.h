#pragma once

#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
#include <unistd.h>

#include <cstdint>

#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(21, 8, 0)
#error "frugald needs Slurm 21.08 or newer: older ones cannot be asked to power a node down"
#endif

// Where the headers of Slurm 21.08 to 26.05 differ.

namespace frugald::slurm {

inline void free_controller_conf(slurm_conf_t* conf) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(26, 5, 0)
    slurm_free_conf(conf);
#else
    slurm_free_ctl_conf(conf);
#endif
}

inline std::uint32_t allocated_cpus(const node_info_t& node) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(25, 5, 0)
    return node.alloc_cpus;
#else
    std::uint16_t cpus = 0;
    slurm_get_select_nodeinfo(node.select_nodeinfo, SELECT_NODEDATA_SUBCNT, NODE_STATE_ALLOCATED,
                              &cpus);
    return cpus;
#endif
}

inline void set_reason(update_node_msg_t& update, char* reason) {
    update.reason = reason;
#if SLURM_VERSION_NUMBER < SLURM_VERSION_NUM(26, 5, 0)
    update.reason_uid = getuid();
#endif
}

inline const char* excluded_states([[maybe_unused]] const slurm_conf_t& conf) {
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(23, 2, 0)
    return conf.suspend_exc_states;
#else
    return nullptr;
#endif
}

/// Absent until 26.05 says who may see powered-down cloud nodes: everybody.
inline constexpr std::uint32_t private_cloud =
#ifdef PRIVATE_CLOUD_NODES
    PRIVATE_CLOUD_NODES;
#else
    0;
#endif

inline constexpr std::uint32_t bad_registration =
#if SLURM_VERSION_NUMBER >= SLURM_VERSION_NUM(22, 5, 0)
    NODE_STATE_INVALID_REG;
#else
    0;
#endif

/// Flags that say nothing about whether a node is in use. Bit 4 is not among them: it became
/// "external", a node without slurmd, in 25.05, and such a node is left alone as unknown.
inline constexpr std::uint32_t harmless_flags = NODE_STATE_UNDRAIN | NODE_RESUME |
                                                NODE_STATE_REBOOT_CANCEL | NODE_STATE_POWER_DRAIN
#ifdef NODE_STATE_DYNAMIC_FUTURE
                                                | NODE_STATE_DYNAMIC_FUTURE
#else
                                                | NODE_STATE_DYNAMIC
#endif
#ifdef NODE_STATE_DYNAMIC_NORM
                                                | NODE_STATE_DYNAMIC_NORM
#endif
#ifdef NODE_STATE_BLOCKED
                                                | NODE_STATE_BLOCKED
#endif
    ;

}  // namespace frugald::slurm
