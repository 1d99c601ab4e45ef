/*
 * A clock of their own for the processes of one host of a lab, preloaded into programs that know nothing of it
 * (LD_PRELOAD). Time passes faster there by a whole factor, and it does not pass at all while the host is suspended.
 *
 * TENURE_LAB_CLOCK names a file of three native 64-bit integers, which is mapped and may change at any time:
 *   0  base, ns     the CLOCK_MONOTONIC at which the lab's clock showed the same as the machine's
 *   8  factor       how many times faster time passes, 1 to 10
 *  16  stood, ns    for how long the machine's clock ran while the host was suspended, in all
 *
 * Changed: the clocks that count from the start of the machine, gettimeofday, sleep, usleep, nanosleep, poll, and
 * pthread_cond_timedwait, by which a JVM waits. Not changed: CLOCK_REALTIME, time, epoll_wait, and the limits of
 * asynchronous I/O, since storage gets no faster.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NANOS 1000000000LL
#define MAX_FACTOR 10
/* A point in time before this many seconds is counted from the start of the machine, not from 1970. */
#define LONGEST_UPTIME_SECONDS 1000000000LL

struct lab_clock {
    int64_t base;
    int64_t factor;
    int64_t stood;
};

static const volatile struct lab_clock *lab_clock;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_gettimeofday)(struct timeval *, void *);
static int (*real_nanosleep)(const struct timespec *, struct timespec *);
static int (*real_poll)(struct pollfd *, nfds_t, int);
static int (*real_cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

static void *next_symbol(const char *name) {
    void *symbol = dlsym(RTLD_NEXT, name);
    if (symbol == NULL) {
        fprintf(stderr, "lab clock: the C library has no %s\n", name);
        _exit(99);
    }
    return symbol;
}

__attribute__((constructor)) static void start(void) {
    real_gettimeofday = next_symbol("gettimeofday");
    real_nanosleep = next_symbol("nanosleep");
    real_poll = next_symbol("poll");
    real_cond_timedwait = next_symbol("pthread_cond_timedwait");
    real_clock_gettime = next_symbol("clock_gettime");
    const char *path = getenv("TENURE_LAB_CLOCK");
    if (path == NULL) {
        return;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *page = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct lab_clock), PROT_READ, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "lab clock: %s cannot be mapped: %m\n", path);
        _exit(99);
    }
    close(fd);
    const struct lab_clock *mapped = page;
    if (mapped->factor < 1 || mapped->factor > MAX_FACTOR) {
        fprintf(stderr, "lab clock: a factor of %lld is not within 1 and %d\n", (long long) mapped->factor, MAX_FACTOR);
        _exit(99);
    }
    lab_clock = mapped;
}

static int64_t nanos(const struct timespec *time) {
    return time->tv_sec * NANOS + time->tv_nsec;
}

static struct timespec timespec_of(int64_t ns) {
    return (struct timespec) {.tv_sec = ns / NANOS, .tv_nsec = ns % NANOS};
}

static int machine_time(clockid_t clock, struct timespec *time) {
    /* Others' constructors may ask before ours has run. */
    return real_clock_gettime == NULL ? (int) syscall(SYS_clock_gettime, clock, time) : real_clock_gettime(clock, time);
}

static int64_t machine_now(void) {
    struct timespec now;
    machine_time(CLOCK_MONOTONIC, &now);
    return nanos(&now);
}

static int64_t factor(void) {
    return lab_clock == NULL ? 1 : lab_clock->factor;
}

/* By how much the lab's clocks are ahead of the machine's, or behind it if negative. */
static int64_t ahead(void) {
    if (lab_clock == NULL) {
        return 0;
    }
    int64_t now = machine_now();
    return lab_clock->base + (now - lab_clock->base - lab_clock->stood) * lab_clock->factor - now;
}

static int64_t lab_now(void) {
    return machine_now() + ahead();
}

static int64_t divided_up(int64_t ns) {
    return (ns + factor() - 1) / factor();
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = machine_time(clock, time);
    if (result == 0
            && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE
                    || clock == CLOCK_BOOTTIME)) {
        *time = timespec_of(nanos(time) + ahead());
    }
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    int result = real_gettimeofday(time, zone);
    if (result == 0) {
        int64_t ns = time->tv_sec * NANOS + time->tv_usec * 1000 + ahead();
        time->tv_sec = ns / NANOS;
        time->tv_usec = ns % NANOS / 1000;
    }
    return result;
}

/* Sleeps until the lab's clock shows what it should, which after a suspension takes more than one sleep. */
int nanosleep(const struct timespec *wanted, struct timespec *left) {
    int64_t end = lab_now() + nanos(wanted);
    while (1) {
        int64_t rest = end - lab_now();
        if (rest <= 0) {
            return 0;
        }
        struct timespec part = timespec_of(divided_up(rest));
        if (real_nanosleep(&part, NULL) != 0) {
            int error = errno;
            rest = end - lab_now();
            if (left != NULL) {
                *left = timespec_of(rest > 0 ? rest : 0);
            }
            errno = error;
            return -1;
        }
    }
}

unsigned int sleep(unsigned int seconds) {
    struct timespec wanted = {.tv_sec = seconds};
    struct timespec left = {0};
    return nanosleep(&wanted, &left) == 0 ? 0 : (unsigned int) left.tv_sec + 1;
}

int usleep(useconds_t micros) {
    struct timespec wanted = timespec_of(micros * 1000LL);
    return nanosleep(&wanted, NULL);
}

int poll(struct pollfd *fds, nfds_t count, int millis) {
    if (millis <= 0) {
        return real_poll(fds, count, millis);
    }
    int64_t end = lab_now() + millis * 1000000LL;
    while (1) {
        int64_t rest = end - lab_now();
        int part = rest <= 0 ? 0 : (int) ((divided_up(rest) + 999999) / 1000000);
        int result = real_poll(fds, count, part);
        if (result != 0 || part == 0) {
            return result;
        }
    }
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
        const struct timespec *restrict until) {
    if (lab_clock == NULL || until->tv_sec >= LONGEST_UPTIME_SECONDS) {
        return real_cond_timedwait(cond, mutex, until);
    }
    int64_t rest = nanos(until) - lab_now();
    struct timespec machine = timespec_of(machine_now() + (rest > 0 ? divided_up(rest) : 0));
    int result = real_cond_timedwait(cond, mutex, &machine);
    /* Too early after a suspension: told as a wake-up without a cause, which callers must expect. */
    return result == ETIMEDOUT && lab_now() < nanos(until) ? 0 : result;
}
