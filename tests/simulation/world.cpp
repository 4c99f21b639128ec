// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.h"

#include "core/time_zone.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

namespace weir::simulation {
namespace {

void* shared_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("the simulation's shared memory");
    std::abort();
  }
  return memory;
}

}  // namespace

std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::changed:
      return "changed";
    case ChangeKind::approved:
      return "approved";
    case ChangeKind::touched:
      return "touched";
    case ChangeKind::silently_changed:
      return "silently changed";
    case ChangeKind::deleted:
      return "deleted";
  }
  return "?";
}

World::World(const Profile& profile, std::filesystem::path log)
    : profile_(profile),
      log_file_(std::move(log)),
      log_(::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)),
      state_(new (shared_memory(sizeof(WorldState))) WorldState) {
  state_->now_ns = std::chrono::nanoseconds(profile.start.time_since_epoch()).count();
}

World::~World() {
  ::munmap(state_, sizeof(WorldState));
  ::close(log_);
}

Timestamp World::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(state_->now_ns)));
}

void World::advance(std::chrono::nanoseconds length) const { state_->now_ns += length.count(); }

void World::log(std::string_view line) const {
  const std::string whole = fmt::format("{} {}\n", format_utc(now()), line);
  [[maybe_unused]] const auto written = ::write(log_, whole.data(), whole.size());
}

Monotonic SimulatedClock::monotonic() const {
  return Monotonic(std::chrono::nanoseconds(world_.state().now_ns));
}

bool SimulatedClock::sleep_until(Monotonic moment, std::stop_token stop) {
  const std::int64_t wanted = std::chrono::nanoseconds(moment.time_since_epoch()).count();
  std::int64_t now = world_.state().now_ns;
  while (now < wanted && !world_.state().now_ns.compare_exchange_weak(now, wanted)) {
  }
  return !stop.stop_requested();
}

}  // namespace weir::simulation
