/// libnetsnmp 5.9.3 forgets one table of 4,800 bytes each time it is initialised, and it is so
/// once per start or reload of the module. AddressSanitizer asks for this; nobody else calls it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:netsnmp_init_mib_internals\n"; }
