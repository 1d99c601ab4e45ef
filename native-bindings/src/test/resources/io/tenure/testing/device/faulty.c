/*
 * A file system of one file that passes through to another file, and fails or hangs when told to. It speaks the
 * kernel's FUSE protocol on /dev/fuse itself.
 *
 *   faulty FOLDER NAME BACKING
 *
 * mounts itself on FOLDER and says "ready". Each line on standard input is a command, answered by a line:
 *   read|write pass|fail|full|hang   is set   reads, or writes and syncs, work, fail with EIO, fail with ENOSPC,
 *                                    or are not answered
 *   held                             is COUNT how many requests wait for an answer
 * Requests that hung are carried out when their kind is told to pass again, and fail when it is told to fail.
 * It unmounts itself and ends when standard input does.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_IO_BYTES (1 << 20)
#define MAX_PAGES (MAX_IO_BYTES / 4096)
#define BUFFER_BYTES (MAX_IO_BYTES + 65536)
#define FILE_NODE 2
#define ATTRIBUTES_SECONDS 3600

enum { READS, WRITES, KINDS };
enum mode { PASS, FAIL, FULL, HANG };
static const char *const KIND_NAMES[] = {"read", "write"};
static const char *const MODE_NAMES[] = {"pass", "fail", "full", "hang"};

struct request {
    struct request *next;
    struct fuse_in_header header; /* followed by what belongs to it */
};

static int fuse = -1;
static int backing = -1;
static const char *name;
static const char *folder;
static enum mode modes[KINDS];
static struct request *held;
static char data[MAX_IO_BYTES];

static void end(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static void reply(uint64_t unique, int error, const void *body, size_t bytes) {
    struct fuse_out_header header = {.len = sizeof(header) + bytes, .error = -error, .unique = unique};
    struct iovec parts[] = {{&header, sizeof(header)}, {(void *) body, bytes}};
    /* ENOENT: who asked no longer waits for it. */
    if (writev(fuse, parts, 2) < 0 && errno != ENOENT) {
        end("answering the kernel: %m");
    }
}

static void attributes(uint64_t node, struct fuse_attr *attr) {
    struct stat file;
    if (fstat(backing, &file) != 0) {
        end("fstat of the backing file: %m");
    }
    *attr = (struct fuse_attr) {.ino = node, .mode = S_IFDIR | 0755, .nlink = 2, .blksize = 4096};
    if (node == FILE_NODE) {
        attr->mode = S_IFREG | 0666;
        attr->nlink = 1;
        attr->size = file.st_size;
        attr->blocks = file.st_blocks;
    }
}

static int kind_of(const struct fuse_in_header *header) {
    switch (header->opcode) {
    case FUSE_READ: return READS;
    case FUSE_WRITE:
    case FUSE_FALLOCATE:
    case FUSE_FSYNC: return WRITES;
    default: return -1;
    }
}

static void carry_out(const struct fuse_in_header *header) {
    const void *body = header + 1;
    uint64_t unique = header->unique;
    if (header->opcode == FUSE_READ) {
        const struct fuse_read_in *in = body;
        ssize_t bytes = pread(backing, data, in->size < MAX_IO_BYTES ? in->size : MAX_IO_BYTES, in->offset);
        reply(unique, bytes < 0 ? errno : 0, data, bytes < 0 ? 0 : bytes);
    } else if (header->opcode == FUSE_WRITE) {
        const struct fuse_write_in *in = body;
        struct fuse_write_out out = {0};
        ssize_t bytes = pwrite(backing, in + 1, in->size, in->offset);
        out.size = bytes < 0 ? 0 : bytes;
        reply(unique, bytes < 0 ? errno : 0, &out, bytes < 0 ? 0 : sizeof(out));
    } else if (header->opcode == FUSE_FALLOCATE) {
        const struct fuse_fallocate_in *in = body;
        reply(unique, fallocate(backing, in->mode, in->offset, in->length) < 0 ? errno : 0, NULL, 0);
    } else {
        reply(unique, fsync(backing) < 0 ? errno : 0, NULL, 0);
    }
}

static void hold(const struct fuse_in_header *header) {
    struct request *request = malloc(offsetof(struct request, header) + header->len);
    if (request == NULL) {
        end("no memory");
    }
    memcpy(&request->header, header, header->len);
    request->next = NULL;
    struct request **last = &held;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = request;
}

static void input_output(const struct fuse_in_header *header) {
    switch (modes[kind_of(header)]) {
    case PASS: carry_out(header); break;
    case FAIL: reply(header->unique, EIO, NULL, 0); break;
    case FULL: reply(header->unique, ENOSPC, NULL, 0); break;
    case HANG: hold(header); break;
    }
}

/* Deals with what was held, in the order in which it came, as things stand now. */
static void release_held(void) {
    struct request *request = held;
    held = NULL;
    while (request != NULL) {
        struct request *next = request->next;
        input_output(&request->header);
        free(request);
        request = next;
    }
}

static void init(const struct fuse_in_header *header) {
    const struct fuse_init_in *in = (const void *) (header + 1);
    struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION,
        .minor = FUSE_KERNEL_MINOR_VERSION,
        .max_readahead = in->max_readahead,
        .flags = in->flags & (FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_ASYNC_DIO | FUSE_MAX_PAGES),
        .max_background = 128,
        .congestion_threshold = 128,
        .max_write = MAX_IO_BYTES,
        .time_gran = 1,
        .max_pages = MAX_PAGES,
    };
    reply(header->unique, in->major == FUSE_KERNEL_VERSION ? 0 : EPROTO, &out, sizeof(out));
}

static void lookup(const struct fuse_in_header *header) {
    struct fuse_entry_out out = {
        .nodeid = FILE_NODE, .generation = 1, .entry_valid = ATTRIBUTES_SECONDS, .attr_valid = ATTRIBUTES_SECONDS};
    attributes(FILE_NODE, &out.attr);
    int known = strcmp((const char *) (header + 1), name) == 0;
    reply(header->unique, known ? 0 : ENOENT, &out, known ? sizeof(out) : 0);
}

static void list(const struct fuse_in_header *header) {
    const struct fuse_read_in *in = (const void *) (header + 1);
    struct fuse_dirent entry = {.ino = FILE_NODE, .off = 1, .namelen = strlen(name), .type = DT_REG};
    size_t bytes = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry.namelen);
    memset(data, 0, bytes);
    memcpy(data, &entry, FUSE_NAME_OFFSET);
    memcpy(data + FUSE_NAME_OFFSET, name, entry.namelen);
    reply(header->unique, 0, data, in->offset > 0 || bytes > in->size ? 0 : bytes);
}

static void serve(const struct fuse_in_header *header) {
    uint64_t unique = header->unique;
    switch (header->opcode) {
    case FUSE_INIT: init(header); break;
    case FUSE_LOOKUP: lookup(header); break;
    case FUSE_GETATTR:
    case FUSE_SETATTR: {
        /* Times may be set and are forgotten; the size is the backing file's. */
        struct fuse_attr_out out = {.attr_valid = ATTRIBUTES_SECONDS};
        attributes(header->nodeid, &out.attr);
        reply(unique, 0, &out, sizeof(out));
        break;
    }
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
        /* Nothing is cached: each read and write comes here. */
        struct fuse_open_out out = {.open_flags = header->opcode == FUSE_OPEN ? FOPEN_DIRECT_IO : 0};
        reply(unique, 0, &out, sizeof(out));
        break;
    }
    case FUSE_READ:
    case FUSE_WRITE:
    case FUSE_FALLOCATE:
    case FUSE_FSYNC: input_output(header); break;
    case FUSE_READDIR: list(header); break;
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {.st = {.bsize = 4096, .namelen = 255, .frsize = 4096}};
        reply(unique, 0, &out, sizeof(out));
        break;
    }
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
    case FUSE_FLUSH: reply(unique, 0, NULL, 0); break;
    /* No answers are expected, and an interrupt finds a device that hangs. */
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT: break;
    default: reply(unique, ENOSYS, NULL, 0);
    }
}

static int index_of(const char *word, const char *const *words, int count) {
    for (int i = 0; i < count; i++) {
        if (word != NULL && strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static void obey(char *line) {
    if (strcmp(line, "held") == 0) {
        int count = 0;
        for (struct request *request = held; request != NULL; request = request->next) {
            count++;
        }
        printf("is %d\n", count);
    } else {
        int kind = index_of(strtok(line, " "), KIND_NAMES, KINDS);
        int mode = index_of(strtok(NULL, " "), MODE_NAMES, HANG + 1);
        if (kind < 0 || mode < 0) {
            end("not a command");
        }
        modes[kind] = mode;
        release_held();
        printf("is set\n");
    }
    fflush(stdout);
}

static void mount_here(void) {
    char options[128];
    fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse < 0) {
        end("/dev/fuse: %m");
    }
    snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fuse);
    if (mount("tenure-faulty", folder, "fuse", MS_NOSUID | MS_NODEV, options) != 0) {
        end("mount on %s: %m", folder);
    }
}

static void unmount(void) {
    umount2(folder, MNT_DETACH);
}

int main(int count, char **arguments) {
    _Alignas(8) static char buffer[BUFFER_BYTES];
    static char line[256];
    if (count != 4) {
        end("usage: faulty FOLDER NAME BACKING");
    }
    signal(SIGPIPE, SIG_IGN);
    folder = arguments[1];
    name = arguments[2];
    backing = open(arguments[3], O_RDWR | O_CLOEXEC);
    if (backing < 0) {
        end("%s: %m", arguments[3]);
    }
    mount_here();
    atexit(unmount);
    printf("ready\n");
    fflush(stdout);
    struct pollfd both[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = fuse, .events = POLLIN}};
    while (poll(both, 2, -1) > 0) {
        if (both[0].revents != 0) {
            ssize_t bytes = read(STDIN_FILENO, line, sizeof(line) - 1);
            if (bytes <= 0) {
                return 0;
            }
            line[strcspn(line, "\n")] = '\0';
            obey(line);
        }
        if (both[1].revents != 0) {
            ssize_t bytes = read(fuse, buffer, sizeof(buffer));
            if (bytes >= 0) {
                serve((const struct fuse_in_header *) buffer);
            } else if (errno == ENODEV) {
                return 0; /* unmounted */
            } else if (errno != EINTR && errno != ENOENT && errno != EAGAIN) {
                end("reading from the kernel: %m");
            }
        }
    }
    end("poll: %m");
}
