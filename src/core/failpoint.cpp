// SPDX-License-Identifier: Apache-2.0
#include "core/failpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

namespace weir {
namespace {

struct Armed {
  std::string name;
  long passages = 1;
  int signal = SIGKILL;
  std::string log;
};

Armed read_spec(std::string_view spec, std::string_view log) {
  Armed read;
  read.log = log;
  read.name = spec;
  if (const auto colon = read.name.find(':'); colon != std::string::npos) {
    read.passages = std::strtol(read.name.c_str() + colon + 1, nullptr, 10);
    read.name.resize(colon);
  }
  return read;
}

// Read once, before main: no other thread exists yet.
Armed& armed() {
  static Armed value = [] {
    const char* spec = std::getenv("WEIR_FAILPOINT");           // NOLINT(concurrency-mt-unsafe)
    const char* log = std::getenv("WEIR_FAILPOINT_LOG");        // NOLINT(concurrency-mt-unsafe)
    const char* signal = std::getenv("WEIR_FAILPOINT_SIGNAL");  // NOLINT(concurrency-mt-unsafe)
    Armed read = read_spec(spec != nullptr ? spec : "", log != nullptr ? log : "");
    read.signal = signal != nullptr ? static_cast<int>(std::strtol(signal, nullptr, 10)) : SIGKILL;
    return read;
  }();
  return value;
}

void append_line(const std::string& file, std::string_view name) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return;
  }
  const std::string line = std::string(name) + "\n";
  [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
  ::close(descriptor);
}

}  // namespace

std::atomic<bool> failpoints_armed{!armed().name.empty()};

void arm_failpoint(std::string_view spec, std::string_view log) {
  armed() = read_spec(spec, log);
  failpoints_armed = !armed().name.empty();
}

void pass_failpoint(std::string_view name) {
  static std::atomic<long> passages{0};
  if (armed().name != "*" && armed().name != name) {
    return;
  }
  if (passages.fetch_add(1) + 1 != armed().passages) {
    return;
  }
  if (!armed().log.empty()) {
    append_line(armed().log, name);
  }
  ::kill(::getpid(), armed().signal);
}

}  // namespace weir
