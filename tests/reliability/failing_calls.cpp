// SPDX-License-Identifier: MIT
// Preloaded into a program: FAILING_CALL (open, read, write, fsync, close, rename, mkdir, flock) fails with errno
// FAILING_WITH when it is asked for the FAILING_AT-th time for a file whose path has FAILING_PATH in it, or for the
// descriptor of one; with FAILING_EVER each later time too. How often it was asked for stands in the file FAILING_COUNT.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace {

std::array<std::atomic<bool>, 1024> watched;
std::atomic<int> calls;

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}
bool is_watched(const char* path) { return *setting("FAILING_PATH") && std::strstr(path, setting("FAILING_PATH")); }
bool is_watched(int file) { return file >= 0 && file < int(watched.size()) && watched[std::size_t(file)]; }
bool fails(const char* call) {
  if (std::strcmp(setting("FAILING_CALL"), call) != 0) return false;
  const int now = ++calls, at = std::atoi(setting("FAILING_AT"));
  if (now != at && !(*setting("FAILING_EVER") && at > 0 && now > at)) return false;
  errno = std::atoi(setting("FAILING_WITH"));
  return true;
}
int descriptor(void* cookie) { return int(reinterpret_cast<std::intptr_t>(cookie)); }
template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

struct at_exit {
  ~at_exit() {
    if (*setting("FAILING_COUNT")) std::ofstream(setting("FAILING_COUNT")) << calls;
  }
} const counted;

}    // namespace

extern "C" {
int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (is_watched(path) && fails("open")) return -1;
  const int file = real<int(const char*, int, ...)>("open")(path, flags, mode);
  if (file >= 0 && file < int(watched.size())) watched[std::size_t(file)] = is_watched(path);
  return file;
}
ssize_t read(int file, void* bytes, size_t count) {
  if (is_watched(file) && fails("read")) return -1;
  return real<ssize_t(int, void*, size_t)>("read")(file, bytes, count);
}
ssize_t write(int file, const void* bytes, size_t count) {
  if (is_watched(file) && fails("write")) return -1;
  return real<ssize_t(int, const void*, size_t)>("write")(file, bytes, count);
}
int fsync(int file) {
  if (is_watched(file) && fails("fsync")) return -1;
  return real<int(int)>("fsync")(file);
}
int close(int file) {
  const bool refused = is_watched(file) && fails("close");
  const int why = errno;
  if (is_watched(file)) watched[std::size_t(file)] = false;
  const int result = real<int(int)>("close")(file);
  return refused ? (errno = why, -1) : result;
}
int rename(const char* from, const char* to) noexcept {
  if (is_watched(from) && fails("rename")) return -1;
  return real<int(const char*, const char*)>("rename")(from, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  if (is_watched(path) && fails("mkdir")) return -1;
  return real<int(const char*, mode_t)>("mkdir")(path, mode);
}
int flock(int file, int operation) noexcept {
  if (is_watched(file) && operation != LOCK_UN && fails("flock")) return -1;
  return real<int(int, int)>("flock")(file, operation);
}

// The C library opens and reads its own streams past the calls above: ours goes through them.
FILE* fopen(const char* path, const char* mode) {
  if (!is_watched(path) || *mode != 'r') return real<FILE*(const char*, const char*)>("fopen")(path, mode);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  return fopencookie(reinterpret_cast<void*>(std::intptr_t(file)), mode,
                     {.read = [](void* of, char* to, size_t count) { return read(descriptor(of), to, count); },
                      .write = nullptr,
                      .seek = nullptr,
                      .close = [](void* of) { return close(descriptor(of)); }});
}
// where files are always large, one is the other
[[gnu::alias("open")]] int open64(const char* path, int flags, ...);
[[gnu::alias("fopen")]] FILE* fopen64(const char* path, const char* mode);
}
