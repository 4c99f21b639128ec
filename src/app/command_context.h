// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/flow_collections.h"
#include "app/flow_surroundings.h"
#include "core/clock.h"
#include "core/error.h"
#include "journal/journal.h"
#include "lua/lua_functions.h"
#include "pipeline/definition.h"
#include "scheduler/scheduled_jobs.h"
#include "sink/sink.h"
#include "source/call_budget.h"
#include "source/source.h"
#include "transform/transform.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace weir {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong_input = 2;
inline constexpr int exit_refused = 3;
inline constexpr int exit_parked = 4;
inline constexpr int exit_bug = 5;
inline constexpr int exit_stopped = 130;

struct ExitMeaning {
  int code;
  const char* meaning;
};
inline constexpr ExitMeaning exit_meanings[] = {
    {exit_ok, "All well."},
    {exit_failed, "Done, but records failed or are in doubt; the others were delivered."},
    {exit_wrong_input, "The files or the command line are wrong; nothing was called."},
    {exit_refused, "A system refused us (credentials, rights), or was never reached."},
    {exit_parked,
     "A limit, or an outage longer than our patience; the next run goes on from there."},
    {exit_bug, "A bug."},
    {exit_stopped, "Stopped by the user, and drained."},
};

// What every command is given, and where it leaves its exit code.
struct CommandContext {
  std::string workspace;  // --workspace; empty: look upwards from the current folder
  bool json = false;      // --json
  SystemClock clock;
  int exit_code = exit_ok;
};

// The options that every command takes, on its own part of the command line.
void add_common_options(CLI::App& command, CommandContext& context);

// The workspace that a command is about; prints why there is none and sets exit code 2.
std::optional<std::filesystem::path> workspace_root(CommandContext& context);

// A pipeline with its connectors made and its mapping compiled.
struct Flow {
  const Definition* definition = nullptr;
  std::unique_ptr<Source> source;
  std::unique_ptr<Source> remedy;  // the source as omissionRemedy asks it; nullptr: it has none
  std::unique_ptr<Sink> sink;
  std::unique_ptr<const LuaFunctions> functions;  // nullptr: the pipeline has none
  std::unique_ptr<FlowSurroundings> surroundings;
  std::vector<CollectionReader> collections;  // what its look-ups look in; see LookupsAnswered
  std::unique_ptr<const Transform> transform;
  std::vector<ScheduledJob> jobs;  // empty: not scheduled
  std::filesystem::path state;     // the workspace's
  std::string kept_text;  // of the definition: what the journal keeps, plain secrets masked

  Redelivery redelivery() const {
    return definition->source.id_check ? Redelivery::never : Redelivery::when_different;
  }
};

// Makes a flow offline. Appends all faults; nothing when one is an error.
std::optional<Flow> make_flow(const Workspace& workspace, const Definition& definition,
                              const std::string& journal_uuid, Clock& clock, Faults& faults);

// A workspace and the pipelines of it that a command is about.
struct Selection {
  Workspace workspace;
  std::vector<const Definition*> pipelines;  // those named, or all
  Faults faults;                             // of their files, connectors and mappings
};

// Reads the workspace and makes, offline, the flows of the pipelines named (empty: of all). When a
// pipeline is unknown or anything that concerns one is wrong: prints every fault there is, sets
// exit code 2 and gives nothing.
std::unique_ptr<Selection> select_pipelines(CommandContext& context,
                                            const std::vector<std::string>& names);

// The same, with whatever is wrong among its `faults`; nothing only without a workspace.
std::unique_ptr<Selection> select_with_faults(CommandContext& context,
                                              const std::vector<std::string>& names);

// As select_pipelines, for what calls no system: a reference that cannot be resolved stands for
// itself.
std::unique_ptr<Selection> select_without_secrets(CommandContext& context,
                                                  const std::vector<std::string>& names);

// The same for commands that only look back: faults in the files do not stop them, an unknown
// pipeline does. `pipeline` empty: all.
std::unique_ptr<Selection> open_for_history(CommandContext& context, const std::string& pipeline,
                                            Unresolved unresolved = Unresolved::fault);

// Opens the workspace's journal; prints why not and sets the exit code. `wait`: how long another
// writer is waited for, unless the stop comes.
std::unique_ptr<Journal> open_journal_to_write(CommandContext& context, const Workspace& workspace,
                                               std::chrono::milliseconds wait,
                                               std::stop_token stop);
std::unique_ptr<Journal> open_journal_to_read(CommandContext& context, const Workspace& workspace);

// The budgets of the workspace's accounts, shared with its other processes; prints why not and sets
// the exit code.
std::unique_ptr<CallBudgets> open_budgets(CommandContext& context, const Workspace& workspace);

// Faults to stderr, by file and line, none twice (with --json: one object a line to stdout).
void print_faults(const CommandContext& context, const Faults& faults);
void print_error(const CommandContext& context, const Error& error);

void add_init_command(CLI::App& app, CommandContext& context);
void add_secret_command(CLI::App& app, CommandContext& context);
void add_backup_command(CLI::App& app, CommandContext& context);
void add_restore_command(CLI::App& app, CommandContext& context);
void add_export_command(CLI::App& app, CommandContext& context);
void add_check_command(CLI::App& app, CommandContext& context);
void add_preview_command(CLI::App& app, CommandContext& context);
void add_test_command(CLI::App& app, CommandContext& context);
void add_import_command(CLI::App& app, CommandContext& context);
void add_run_command(CLI::App& app, CommandContext& context);
void add_serve_command(CLI::App& app, CommandContext& context);
void add_retry_command(CLI::App& app, CommandContext& context);
void add_replay_command(CLI::App& app, CommandContext& context);
void add_reconcile_command(CLI::App& app, CommandContext& context);
void add_runs_command(CLI::App& app, CommandContext& context);
void add_records_command(CLI::App& app, CommandContext& context);
void add_record_command(CLI::App& app, CommandContext& context);
void add_alert_command(CLI::App& app, CommandContext& context);
void add_schema_command(CLI::App& app, CommandContext& context);
void add_connectors_command(CLI::App& app, CommandContext& context);
void add_reference_command(CLI::App& app, CommandContext& context);

}  // namespace weir
