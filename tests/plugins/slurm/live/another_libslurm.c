/* slurm_api_version() of Slurm 23.11 (libslurm.so.40). */
long slurm_api_version(void);
long slurm_api_version(void) { return 40L << 16; }
