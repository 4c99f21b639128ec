// SPDX-License-Identifier: Apache-2.0
// weir_simulation: see docs/adr/0012-simulation.md.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <new>
#include <random>

#include "simulation/options.h"
#include "simulation/schedule.h"

namespace weir::simulation {
namespace {

constexpr std::uint64_t seeds_max = 1500;  // of a promise broken on purpose
constexpr std::int64_t broken_max = 5;     // then the rest is not worth waiting for

// What the jobs, which are processes, add up to.
struct Sums {
  std::atomic<std::int64_t> next{0};
  std::atomic<std::int64_t> schedules{0};
  std::atomic<std::int64_t> broken{0};
  std::atomic<std::int64_t> processes{0};
  std::atomic<std::int64_t> kills{0};
  std::atomic<std::int64_t> calls{0};
  std::atomic<std::int64_t> changes{0};
  std::atomic<std::int64_t> rows{0};

  void add(const Verdict& verdict) {
    ++schedules;
    broken += verdict.complaints.empty() ? 0 : 1;
    processes += verdict.processes;
    kills += verdict.kills;
    calls += verdict.calls;
    changes += verdict.changes;
    rows += verdict.rows;
  }
};

Sums& shared_sums() {
  void* memory =
      ::mmap(nullptr, sizeof(Sums), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return *new (memory) Sums;
}

void tell(std::uint64_t seed, const Verdict& verdict, const std::filesystem::path& log) {
  std::string text = fmt::format("seed {} broke {} promises:\n", seed, verdict.complaints.size());
  for (std::size_t i = 0; i < verdict.complaints.size() && i < 8; ++i) {
    text += "  " + verdict.complaints[i] + "\n";
  }
  text += fmt::format("  its log: {}\n  again: weir_simulation --seed {}\n", log.native(), seed);
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

using Deadline = std::chrono::steady_clock::time_point;

void work(const Options& options, std::int64_t job, Deadline deadline, Sums& sums) {
  const std::filesystem::path folder = options.folder / std::to_string(job);
  while (sums.broken < broken_max) {
    const std::int64_t index = sums.next++;
    const bool over = options.minutes > 0 ? std::chrono::steady_clock::now() > deadline
                                          : index >= options.schedules;
    if (over) {
      break;
    }
    const std::uint64_t seed = options.first_seed + static_cast<std::uint64_t>(index);
    const Verdict verdict = run_schedule(seed, options.sabotage, folder);
    sums.add(verdict);
    if (!verdict.complaints.empty()) {
      const auto kept = options.logs / fmt::format("simulation-{}.log", seed);
      std::error_code error;
      std::filesystem::copy_file(folder / "log", kept,
                                 std::filesystem::copy_options::overwrite_existing, error);
      tell(seed, verdict, kept);
    }
  }
}

// One process a job, since a schedule forks and may have no second thread.
void work_side_by_side(const Options& options, Sums& sums) {
  const Deadline deadline =
      std::chrono::steady_clock::now() + std::chrono::minutes(options.minutes);
  std::vector<::pid_t> children;
  for (std::int64_t job = 0; job < options.jobs; ++job) {
    const ::pid_t child = ::fork();
    if (child == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      work(options, job, deadline, sums);
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const ::pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    sums.broken += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
  }
}

int replay(const Options& options) {
  Verdict verdict;
  for (std::int64_t time = 0; time < options.repeat && verdict.complaints.empty(); ++time) {
    verdict = run_schedule(*options.seed, options.sabotage, options.folder);
  }
  std::cout << std::ifstream(options.folder / "log").rdbuf() << std::flush;
  return verdict.complaints.empty() ? 0 : 1;
}

int run_many(const Options& options) {
  Sums& sums = shared_sums();
  fmt::print("schedules from seed {}\n", options.first_seed);
  std::fflush(stdout);
  work_side_by_side(options, sums);
  fmt::print(
      "{} schedules, {} broken: {} processes of which {} were killed, {} calls, {} changes at the "
      "source, {} rows in the table\n",
      sums.schedules.load(), sums.broken.load(), sums.processes.load(), sums.kills.load(),
      sums.calls.load(), sums.changes.load(), sums.rows.load());
  return sums.broken == 0 ? 0 : 1;
}

struct Breach {
  Sabotage sabotage;
  std::string_view name;
  std::string_view complaint;  // what the checker must say of it
};

std::optional<std::string> noticed(const Options& options, const Breach& breach,
                                   std::uint64_t seed) {
  for (const std::string& line : run_schedule(seed, breach.sabotage, options.folder).complaints) {
    if (line.find(breach.complaint) != std::string::npos) {
      return line;
    }
  }
  return std::nullopt;
}

// Each promise broken on purpose must be noticed; totals take a hundred schedules in the mean.
int self_test(const Options& options) {
  constexpr Breach breaches[] = {{Sabotage::mark, "the mark", "doubled"},
                                 {Sabotage::totals, "totals", "lost"},
                                 {Sabotage::gate, "the gate", "calls left within"},
                                 {Sabotage::loss, "some committed rows", "lost"}};
  int unnoticed = 0;
  for (const Breach& breach : breaches) {
    std::optional<std::string> complaint;
    std::uint64_t seed = options.first_seed;
    for (; !complaint && seed < options.first_seed + seeds_max; ++seed) {
      complaint = noticed(options, breach, seed);
    }
    fmt::print("without {}: {}\n", breach.name,
               complaint ? fmt::format("seed {}: {}", seed - 1, *complaint)
                         : fmt::format("NOT NOTICED from seed {} on", options.first_seed));
    unnoticed += complaint ? 0 : 1;
  }
  return unnoticed == 0 ? 0 : 1;
}

int run(Options options) {
  if (options.first_seed == 0) {
    options.first_seed = std::random_device()() % 1'000'000'000 + 1;
  }
  std::filesystem::create_directories(options.folder);
  const int result = options.seed        ? replay(options)
                     : options.self_test ? self_test(options)
                                         : run_many(options);
  std::filesystem::remove_all(options.folder);
  return result;
}

}  // namespace
}  // namespace weir::simulation

int main(int count, char** arguments) {
  const auto options = weir::simulation::read_options(count, arguments);
  return options ? weir::simulation::run(*options) : 2;
}
