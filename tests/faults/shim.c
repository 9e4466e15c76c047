/*
 * Stands between the program and the system (LD_PRELOAD), for what cannot be had otherwise: a clock that jumps, a slow
 * disk, a disk that refuses, and a journal of everything that was written and synced, from which a power cut is played.
 *
 * FAULTS_CONTROL  a file of 64-bit numbers, mapped: what is asked of this library, changed while the program runs
 * FAULTS_FOLDER   the folder whose files are meant; wal-index files (-shm) are not, they do not outlive a power cut
 * FAULTS_JOURNAL  where the journal goes, if there is to be one
 *
 * A record of the journal: kind, length of the name, length of the data (uint32 each), offset (int64), name, data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* The order of the numbers in the control file. */
enum { CLOCK_OFFSET, SYNC_DELAY, WRITE_ERROR, SYNC_ERROR, SWALLOW_SYNCS, NUMBERS };
enum { MOST_FILES = 65536 };

static volatile int64_t none[NUMBERS];
static volatile int64_t *control = none;
static const char *folder;
static size_t folder_length;
static int journal = -1;
static char *names[MOST_FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(type, name, ...)                                    \
    static type (*real)(__VA_ARGS__);                            \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int real_open(const char *path, int flags, mode_t mode) {
    REAL(int, "open64", const char *, int, ...);
    return real(path, flags, mode);
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("FAULTS_CONTROL");
    int file = path ? real_open(path, O_RDWR | O_CLOEXEC, 0) : -1;
    if (file >= 0) {
        void *mapped = mmap(NULL, NUMBERS * sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
        if (mapped != MAP_FAILED) control = mapped;
        close(file);
    }
    folder = getenv("FAULTS_FOLDER");
    folder_length = folder ? strlen(folder) : 0;
    path = getenv("FAULTS_JOURNAL");
    if (path) journal = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The name of a path below the folder; "." for the folder itself, NULL for anything else. */
static const char *named(const char *path) {
    if (!folder_length || strncmp(path, folder, folder_length) != 0) return NULL;
    const char *rest = path + folder_length;
    if (*rest == 0) return ".";
    if (*rest != '/') return NULL;
    size_t length = strlen(++rest);
    if (length >= 4 && strcmp(rest + length - 4, "-shm") == 0) return NULL;
    return *rest ? rest : ".";
}

static const char *name_of(int file) {
    return file >= 0 && file < MOST_FILES ? names[file] : NULL;
}

/* Writes a record. To be called with the lock, so that the order is that of the acts. */
static void note(uint32_t kind, const char *name, int64_t offset, const void *data, size_t length) {
    if (journal < 0) return;
    struct __attribute__((packed)) {
        uint32_t kind, name, data;
        int64_t offset;
    } head = {kind, (uint32_t)strlen(name), (uint32_t)length, offset};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)name, head.name}, {(void *)data, length}};
    ssize_t whole = (ssize_t)(sizeof head + head.name + length);
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    if (real(journal, parts, 3) != whole) {
        static const char said[] = "faults: the journal cannot be written\n";
        if (write(2, said, sizeof said - 1) < 0) abort();
        abort();
    }
}

static int opened(const char *path, int flags, mode_t mode) {
    const char *name = named(path);
    if (!name) return real_open(path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat found;
    int exists = stat(path, &found) == 0;
    int made = (flags & O_CREAT) && !exists;
    int file = -1;
    /* A file that is there and must not be is that first, as on a true disk. */
    if (control[WRITE_ERROR] && ((flags & O_ACCMODE) != O_RDONLY || made) && !((flags & O_EXCL) && exists)) {
        errno = (int)control[WRITE_ERROR];
    } else {
        file = real_open(path, flags, mode);
    }
    if (file >= 0 && file < MOST_FILES) {
        names[file] = strdup(name);
        if (made) note('O', name, 0, NULL, 0);
        if (flags & O_TRUNC) note('T', name, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return file;
}

#define OPEN(function)                                    \
    int function(const char *path, int flags, ...) {      \
        mode_t mode = 0;                                  \
        if (flags & (O_CREAT | O_TMPFILE)) {              \
            va_list rest;                                 \
            va_start(rest, flags);                        \
            mode = (mode_t)va_arg(rest, int);             \
            va_end(rest);                                 \
        }                                                 \
        return opened(path, flags, mode);                 \
    }
OPEN(open)
OPEN(open64)

int close(int file) {
    REAL(int, "close", int);
    if (name_of(file)) {
        pthread_mutex_lock(&lock);
        free(names[file]);
        names[file] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return real(file);
}

static ssize_t written(int file, const void *data, size_t length, off_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    if (control[WRITE_ERROR]) {
        errno = (int)control[WRITE_ERROR];
        return -1;
    }
    pthread_mutex_lock(&lock);
    ssize_t done = real(file, data, length, offset);
    int error = errno;
    if (done > 0) note('W', names[file], offset, data, (size_t)done);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return name_of(file) ? written(file, data, length, offset) : real(file, data, length, offset);
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    return pwrite64(file, data, length, offset);
}

ssize_t write(int file, const void *data, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t);
    if (!name_of(file)) return real(file, data, length);
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t done = written(file, data, length, offset);
    if (done > 0) lseek(file, offset + done, SEEK_SET);
    return done;
}

int ftruncate64(int file, off64_t length) {
    REAL(int, "ftruncate64", int, off_t);
    if (!name_of(file)) return real(file, length);
    if (control[WRITE_ERROR]) {
        errno = (int)control[WRITE_ERROR];
        return -1;
    }
    pthread_mutex_lock(&lock);
    int done = real(file, length);
    int error = errno;
    if (done == 0) note('T', names[file], length, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int ftruncate(int file, off_t length) {
    return ftruncate64(file, length);
}

/* The disk of the trial is the journal: what is swallowed is not noted, so a power cut loses it. */
static int synced(int file, const char *function) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, function);
    if (!name_of(file)) return real(file);
    int64_t delay = control[SYNC_DELAY];
    if (delay > 0) usleep((useconds_t)delay);
    if (control[SYNC_ERROR] || control[WRITE_ERROR]) {
        errno = (int)(control[SYNC_ERROR] ? control[SYNC_ERROR] : control[WRITE_ERROR]);
        return -1;
    }
    if (control[SWALLOW_SYNCS]) return 0;
    /* What other threads write from here on may come before the record and is then thought synced: the lock
     * keeps them out. */
    pthread_mutex_lock(&lock);
    int done = journal >= 0 ? 0 : real(file);
    int error = errno;
    if (done == 0) note('S', names[file], 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int file) {
    return synced(file, "fsync");
}

int fdatasync(int file) {
    return synced(file, "fdatasync");
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    const char *name = named(path);
    if (!name) return real(path);
    if (control[WRITE_ERROR]) {
        errno = (int)control[WRITE_ERROR];
        return -1;
    }
    pthread_mutex_lock(&lock);
    int done = real(path);
    int error = errno;
    if (done == 0) note('U', name, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    const char *name = named(from), *other = named(to);
    pthread_mutex_lock(&lock);
    int done = real(from, to);
    int error = errno;
    if (done == 0 && name && other) note('R', name, 0, other, strlen(other));
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(int, "clock_gettime", clockid_t, struct timespec *);
    int done = real(clock, now);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += control[CLOCK_OFFSET];
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(int, "gettimeofday", struct timeval *restrict, void *restrict);
    int done = real(now, zone);
    if (done == 0) now->tv_sec += control[CLOCK_OFFSET];
    return done;
}

time_t time(time_t *to) {
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}
