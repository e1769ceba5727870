/* Puts a machine's sleep into one program: clocks that count sleep run ahead by the seconds that a shared file holds.
 * Preloaded; what the program waits by (CLOCK_MONOTONIC) stands still in sleep and is left alone. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *slept;

__attribute__((constructor)) static void open_file(void) {
    const char *name = getenv("SLEPT_FILE");
    int file = name ? open(name, O_RDONLY) : -1;
    if (file >= 0) {
        void *place = mmap(NULL, sizeof *slept, PROT_READ, MAP_SHARED, file, 0);
        if (place != MAP_FAILED) slept = place;
        close(file);
    }
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && slept && (clock == CLOCK_BOOTTIME || clock == CLOCK_REALTIME)) now->tv_sec += *slept;
    return failed;
}
