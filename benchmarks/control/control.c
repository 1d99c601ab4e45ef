/*
 * The same copy as Tenure's, in C: what it costs without Java. For comparisons only: no lease, no record, no checks
 * beyond those that keep its result right.
 *
 * One thread; Linux AIO by system calls; 6 requests of 2 MiB in flight, each buffer read and then written; the
 * buffers on huge pages, touched beforehand; holes of the source by SEEK_DATA; data that is zero is not written;
 * fdatasync at the end.
 *
 * usage: control [--target-is-zero] SOURCE TARGET
 * Both are files or block devices with a size that is a multiple of 4 KiB; the target is as large as the source.
 * Prints "seconds S", the time of the copy itself. Exit code 0 done, 1 failed, 2 usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DEPTH 6
#define REQUEST_BYTES ((size_t)2 << 20)
#define HUGE_PAGE_BYTES ((size_t)2 << 20)
#define ALIGNMENT 4096

struct slot {
    struct iocb iocb;
    char *buffer;
    int64_t offset;
    size_t length;
    size_t done; /* of the request under way */
};

struct copy {
    int source, target;
    const char *source_name, *target_name;
    int64_t size;
    int source_tells_holes, target_is_zero;
    int64_t position;  /* what lies before it has been given to a slot, or was a hole */
    int64_t data_end;  /* where the extent at position ends */
    aio_context_t context;
    struct slot slots[DEPTH];
    struct slot *idle[DEPTH];
    int idle_count, in_flight;
};

static void fail(const char *what, const char *name, int64_t offset, long code) {
    fprintf(stderr, "control: %s %s at %lld: %s\n", what, name, (long long)offset, strerror((int)code));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int64_t size_of(int descriptor, const char *name, int *is_file) {
    struct stat status;
    uint64_t bytes = 0;
    if (fstat(descriptor, &status) < 0) fail("stat", name, 0, errno);
    *is_file = S_ISREG(status.st_mode);
    if (*is_file) return status.st_size;
    if (ioctl(descriptor, BLKGETSIZE64, &bytes) < 0) fail("size of", name, 0, errno);
    return (int64_t)bytes;
}

static int open_direct(const char *name, int flags) {
    int descriptor = open(name, flags | O_DIRECT | O_CLOEXEC);
    if (descriptor < 0) fail("open", name, 0, errno);
    return descriptor;
}

/* All buffers in one region on huge pages. */
static void make_buffers(struct copy *copy) {
    size_t bytes = DEPTH * REQUEST_BYTES;
    char *region = mmap(NULL, bytes + HUGE_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == MAP_FAILED) fail("map", "buffers", 0, errno);
    region += -(uintptr_t)region & (HUGE_PAGE_BYTES - 1);
    madvise(region, bytes, MADV_HUGEPAGE); /* without them it is only slower */
    memset(region, 0, bytes);
    for (int i = 0; i < DEPTH; i++) {
        copy->slots[i].buffer = region + (size_t)i * REQUEST_BYTES;
        copy->idle[copy->idle_count++] = &copy->slots[i];
    }
}

static void submit(struct copy *copy, struct slot *slot, int opcode) {
    struct iocb *iocb = &slot->iocb;
    int writing = opcode == IOCB_CMD_PWRITE;
    memset(iocb, 0, sizeof *iocb);
    iocb->aio_data = (uint64_t)(uintptr_t)slot;
    iocb->aio_lio_opcode = (uint16_t)opcode;
    iocb->aio_fildes = (uint32_t)(writing ? copy->target : copy->source);
    iocb->aio_buf = (uint64_t)(uintptr_t)(slot->buffer + slot->done);
    iocb->aio_nbytes = slot->length - slot->done;
    iocb->aio_offset = slot->offset + (int64_t)slot->done;
    if (syscall(SYS_io_submit, copy->context, 1L, &iocb) != 1) {
        fail("submit", writing ? copy->target_name : copy->source_name, slot->offset, errno);
    }
    copy->in_flight++;
}

/* Whether a buffer holds zeroes only: its beginning is, and all the rest is like what lies before it. */
static int is_zero(const char *buffer, size_t length) {
    return buffer[0] == 0 && memcmp(buffer, buffer + 1, 16) == 0 && memcmp(buffer, buffer + 8, length - 8) == 0;
}

/* Brings zeroes to the target; both files and devices know how. */
static void zero(struct copy *copy, int64_t offset, int64_t length) {
    if (copy->target_is_zero || length == 0) return;
    if (fallocate(copy->target, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) < 0
            && fallocate(copy->target, FALLOC_FL_ZERO_RANGE, offset, length) < 0) {
        fail("zero", copy->target_name, offset, errno);
    }
}

/* Goes on to the next data, zeroing the hole before it. False at the end. */
static int find_data(struct copy *copy) {
    if (copy->position < copy->data_end) return 1;
    if (copy->position >= copy->size) return 0;
    int64_t start = copy->position, end = copy->size;
    if (copy->source_tells_holes) {
        start = lseek(copy->source, copy->position, SEEK_DATA);
        if (start < 0 && errno != ENXIO) fail("seek in", copy->source_name, copy->position, errno);
        if (start < 0 || start > copy->size) start = copy->size; /* ENXIO: no more data */
        if (start < copy->size) end = lseek(copy->source, start, SEEK_HOLE);
        if (end < 0) fail("seek in", copy->source_name, start, errno);
        start -= start % ALIGNMENT;
        end += (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
        if (end > copy->size) end = copy->size;
    }
    zero(copy, copy->position, start - copy->position);
    copy->position = start;
    copy->data_end = end;
    return start < copy->size;
}

/* Gives work to all idle slots. */
static void read_ahead(struct copy *copy) {
    while (copy->idle_count > 0 && find_data(copy)) {
        struct slot *slot = copy->idle[--copy->idle_count];
        int64_t left = copy->data_end - copy->position;
        slot->offset = copy->position;
        slot->length = left < (int64_t)REQUEST_BYTES ? (size_t)left : REQUEST_BYTES;
        slot->done = 0;
        copy->position += (int64_t)slot->length;
        submit(copy, slot, IOCB_CMD_PREAD);
    }
}

static void finish(struct copy *copy, const struct io_event *event) {
    struct slot *slot = (struct slot *)(uintptr_t)event->data;
    int opcode = slot->iocb.aio_lio_opcode;
    int writing = opcode == IOCB_CMD_PWRITE;
    copy->in_flight--;
    if (event->res <= 0) {
        fail(writing ? "write" : "read", writing ? copy->target_name : copy->source_name, slot->offset,
             event->res < 0 ? -event->res : EIO);
    }
    slot->done += (size_t)event->res;
    if (slot->done < slot->length) {
        submit(copy, slot, opcode); /* the rest */
    } else if (!writing && !is_zero(slot->buffer, slot->length)) {
        slot->done = 0;
        submit(copy, slot, IOCB_CMD_PWRITE);
    } else {
        if (!writing) zero(copy, slot->offset, (int64_t)slot->length);
        copy->idle[copy->idle_count++] = slot;
    }
}

static void run(struct copy *copy) {
    struct io_event events[DEPTH];
    for (read_ahead(copy); copy->in_flight > 0; read_ahead(copy)) {
        long count = syscall(SYS_io_getevents, copy->context, 1L, (long)DEPTH, events, NULL);
        if (count < 0 && errno != EINTR) fail("wait for", "events", 0, errno);
        for (long i = 0; i < count; i++) finish(copy, &events[i]);
    }
    if (fdatasync(copy->target) < 0) fail("flush", copy->target_name, 0, errno);
}

int main(int count, char **arguments) {
    static struct copy copy;
    int source_is_file, target_is_file;
    if (count == 4 && strcmp(arguments[1], "--target-is-zero") == 0) {
        copy.target_is_zero = 1;
    } else if (count != 3) {
        fprintf(stderr, "usage: control [--target-is-zero] SOURCE TARGET\n");
        return 2;
    }
    copy.source_name = arguments[count - 2];
    copy.target_name = arguments[count - 1];
    double start = now();
    copy.source = open_direct(copy.source_name, O_RDONLY);
    copy.target = open_direct(copy.target_name, O_WRONLY);
    copy.size = size_of(copy.source, copy.source_name, &source_is_file);
    copy.source_tells_holes = source_is_file;
    if (copy.size % ALIGNMENT != 0 || size_of(copy.target, copy.target_name, &target_is_file) < copy.size) {
        fail("use", copy.target_name, 0, EINVAL);
    }
    make_buffers(&copy);
    if (syscall(SYS_io_setup, (long)DEPTH, &copy.context) < 0) fail("set up", "AIO", 0, errno);
    run(&copy);
    printf("seconds %.6f\n", now() - start);
    return 0;
}
