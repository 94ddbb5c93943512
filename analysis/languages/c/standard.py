"""Names that a library of C or C++ may have, and a project that has to run where it lacks them brings itself."""

EVERYBODYS = frozenset(
    """
    accept4 aligned_alloc any any_cast apply arc4random arc4random_buf arc4random_uniform asprintf basename begin
    bind bit_cast byteswap bzero cbegin cend clamp clock_gettime closefrom copysign countl_zero countr_zero data
    dirname distance dprintf dup3 empty end equal err errx exchange expected explicit_bzero fdopendir fdatasync ffs
    ffsl fgetln find fmax fmemopen fmin fnmatch format forward freeaddrinfo freezero fseeko fstatat ftello ftruncate
    function gai_strerror gcd get getaddrinfo getdelim getdtablesize getentropy getline getnameinfo getopt
    getopt_long getpagesize getpass getpeereid getprogname getrandom getrusage gettimeofday glob gmtime_r hash
    index inet_aton inet_ntop inet_pton invoke isblank isfinite isinf isnan lcm link lerp localtime_r log2 lround
    make_optional make_pair make_shared make_tuple make_unique max memccpy memchr memmem memmove mempcpy memrchr
    memset_s midpoint min mkdirat mkdtemp mkostemp mkstemp mkstemps mktemp monostate move nanosleep next nullopt
    open_memstream openat optional pipe2 pledge poll popcount posix_memalign ppoll pread preadv prev print println
    program_invocation_short_name pselect pthread_setname_np putenv pwrite pwritev qsort_r quick_exit rand_r
    random readlink readpassphrase realloc reallocarray reallocf realpath recallocarray ref regcomp regexec
    regfree renameat rindex round rotl rotr sched_yield setenv setlinebuf setproctitle setprogname shared_ptr
    sigaction signbit size sleep snprintf source_location span srandom stpcpy stpncpy strcasecmp strcasestr
    strchrnul strdup strerror_r string_view strlcat strlcpy strmode strncasecmp strndup strnlen strnstr strpbrk
    strptime strrchr strsep strsignal strstr strtod strtof strtok_r strtold strtoll strtonum strtoull strtoumax swap
    symlink timegm timespec_get timingsafe_bcmp timingsafe_memcmp to_address to_string to_underlying transform
    trunc unique_ptr unlinkat unreachable unsetenv unveil usleep utimensat utimes variant vasprintf vdprintf verr
    visit vsnprintf vsscanf vwarn warn warnx wcsdup wcsnlen
    """.split()  # noqa: SIM905 - a list of words reads as one
)
