// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal/journal.h"
#include "pipeline/alert_limits.h"
#include "pipeline/declared_tests.h"
#include "pipeline/retention.h"
#include "source/source.h"
#include "spec/document.h"
#include "spec/strategy.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

// A workspace's files, read: contract.md is their definition.

namespace weir {

// `sync:` of a pipeline: which records a run asks for.
struct Sync {
  WindowKind by = WindowKind::modified;
  std::optional<Day> from;       // first day ever asked for; absent: no lower end
  std::chrono::days overlap{1};  // read again behind the cursor
};

// `functions:` of a pipeline: the user's own conversions, in Lua.
struct FunctionsFile {
  std::string file;  // relative to the workspace
  std::string text;  // as it stood when the pipeline was read
  Location at;       // where the pipeline names it
};

struct Definition {
  std::string name;                  // the file's name without ending: what commands take
  std::string title;                 // `name:` of the file; the file's name when absent
  std::optional<CronText> schedule;  // of the whole; `source` and `target` may have their own
  Sync sync;
  AlertLimits alerts;  // `alerts:`
  Strategy source;
  Strategy target;
  bool at_least_once = false;  // `delivery: at_least_once`
  // `retry:`; of a workspace that was read, that of weir.yaml or the default where the file has
  // none. Empty list: failed records are not tried again by themselves.
  std::optional<RetryWaits> retry;
  std::vector<DeclaredTest> tests;
  std::optional<FunctionsFile> functions;
  std::string text;  // the file as it stands, references unresolved
  Location at;
  bool well = true;  // false: it has faults; kept so that all of them can be told at once
};

struct Connection {
  std::string name;
  std::string connector;
  Node settings;  // the whole mapping of the file, `connector` included
};

struct Workspace {
  std::filesystem::path root;
  std::string timezone = "Asia/Shanghai";
  std::string listen = "127.0.0.1:8787";
  std::string language = "en";  // of messages to people: en | zh
  std::string log = "text";     // how `weir serve` and `weir run` log: text | json
  std::filesystem::path state;  // absolute
  RetryWaits retry = default_retry_waits();
  Retention retention;
  Node alerts;  // the mapping `alerts:`; alert/alert_settings.h reads it
  std::map<std::string, Connection> connections;
  std::vector<Definition> pipelines;  // by name
  bool all_read = true;               // else a file of `pipelines/` is missing in them

  const Definition* pipeline(std::string_view name) const;
};

// The nearest folder from `start` upwards that holds weir.yaml. Errors: `invalid_config`.
Result<std::filesystem::path> find_workspace(const std::filesystem::path& start);

// What becomes of a reference that cannot be resolved: `itself` where no system will be called.
enum class Unresolved { fault, itself };

// Reads every file of the workspace. All faults of all files are appended; a file with errors
// leaves the others readable.
Workspace read_workspace(const std::filesystem::path& root, Faults& faults,
                         Unresolved unresolved = Unresolved::fault);

// A definition from text, as read_workspace reads it, with the functions that keep_functions put
// behind it: for a trace, which shows a record through the definition of its own time.
std::optional<Definition> read_definition(const std::string& name, std::string_view text,
                                          const References& references, Faults& faults);

}  // namespace weir
