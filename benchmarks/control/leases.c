/*
 * Acquires and releases a sanlock lease as often as it is told, and says how long each took: the same calls that
 * Tenure makes from Java. Run by io.tenure.benchmarks.LeaseComparison, which compiles it with
 * gcc -O2 -o PROGRAM leases.c -lsanlock_client
 *
 * usage: leases LOCKSPACE RESOURCE PATH OFFSET, with SANLOCK_RUN_DIR in the environment
 * Commands on standard input, one a line: "hold N" acquires and releases N times on one registration, "open N" registers,
 * acquires, releases and closes N times. For each command one line comes back: for each time the nanoseconds of the
 * acquire and of the release, or of register and acquire together and of the release. Exit code 0 at the end of the
 * input, 1 failed, 2 usage.
 */
#include <stdint.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sanlock.h>
#include <sanlock_resource.h>

static struct sanlk_resource *resource;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int checked(const char *what, int result) {
    if (result < 0) {
        fprintf(stderr, "leases: cannot %s: %d\n", what, result);
        exit(1);
    }
    return result;
}

/* Acquires and releases, once; the acquire counts from begin on. */
static void pair(int connection, int64_t begin) {
    checked("acquire", sanlock_acquire(connection, -1, SANLK_ACQUIRE_OWNER_NOWAIT, 1, &resource, NULL));
    int64_t acquired = now();
    checked("release", sanlock_release(connection, -1, 0, 1, &resource));
    printf("%lld %lld ", (long long)(acquired - begin), (long long)(now() - acquired));
}

static void hold(int times) {
    int connection = checked("register", sanlock_register());
    for (int i = 0; i < times; i++)
        pair(connection, now());
    close(connection);
}

static void reopen(int times) {
    for (int i = 0; i < times; i++) {
        int64_t begin = now();
        int connection = checked("register", sanlock_register());
        pair(connection, begin);
        close(connection);
    }
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: leases LOCKSPACE RESOURCE PATH OFFSET\n");
        return 2;
    }
    resource = calloc(1, sizeof(struct sanlk_resource) + sizeof(struct sanlk_disk));
    if (!resource)
        return 1;
    strncpy(resource->lockspace_name, arguments[1], SANLK_NAME_LEN - 1);
    strncpy(resource->name, arguments[2], SANLK_NAME_LEN - 1);
    strncpy(resource->disks[0].path, arguments[3], SANLK_PATH_LEN - 1);
    resource->disks[0].offset = strtoull(arguments[4], NULL, 10);
    resource->num_disks = 1;
    resource->flags = SANLK_RES_ALIGN1M | SANLK_RES_SECTOR512;
    char command[8];
    int times;
    while (scanf("%7s %d", command, &times) == 2) {
        if (strcmp(command, "hold") == 0)
            hold(times);
        else
            reopen(times);
        printf("\n");
        fflush(stdout);
    }
    return 0;
}
