// SPDX-License-Identifier: Apache-2.0
#include "simulation/options.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <thread>

namespace weir::simulation {
namespace {

std::filesystem::path folder_in_memory() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code ignored;
  const bool there =
      std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
  return (there ? memory : std::filesystem::temp_directory_path()) /
         ("weir-simulation-" + std::to_string(::getpid()));
}

}  // namespace

std::optional<Options> read_options(int count, char** arguments) {
  Options options;
  options.folder = folder_in_memory();
  options.jobs = std::max<std::int64_t>(1, std::thread::hardware_concurrency());
  CLI::App app("runs the pipeline against a simulated source and target, by random schedules");
  app.add_option("--seed", options.seed, "replay the schedule of this seed and show its log");
  app.add_option("--repeat", options.repeat, "with --seed: so often, or until it breaks");
  app.add_option("--first-seed", options.first_seed, "begin with this seed (by chance)");
  app.add_option("--schedules", options.schedules, "how many seeds")->capture_default_str();
  app.add_option("--minutes", options.minutes, "for so long instead");
  app.add_option("--jobs", options.jobs, "how many side by side")->capture_default_str();
  app.add_option("--logs", options.logs, "where the logs of broken schedules go");
  app.add_flag("--self-test", options.self_test,
               "break the promises on purpose, and fail if the checker does not complain");
  const std::map<std::string, Sabotage> kinds{{"mark", Sabotage::mark},
                                              {"totals", Sabotage::totals},
                                              {"gate", Sabotage::gate},
                                              {"loss", Sabotage::loss}};
  app.add_option("--sabotage", options.sabotage, "break this promise on purpose")
      ->transform(CLI::CheckedTransformer(kinds));
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return std::nullopt;
  }
  return options;
}

}  // namespace weir::simulation
