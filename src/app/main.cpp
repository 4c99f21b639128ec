// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/command_line.h"
#include "app/command_sandbox.h"
#include "app/version.h"
#include "core/heap.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <exception>

namespace {

int run(int argc, char** argv) {
  CLI::App app{
      "Weir moves business records between SaaS systems and databases: every record once, "
      "none missing, and each one explained.",
      "weir"};
  app.set_version_flag("--version", "weir " + std::string(weir::version));
  app.require_subcommand(1);
  app.fallthrough(false);
  app.failure_message(weir::explain_command_line);
  weir::CommandContext context;
  weir::add_init_command(app, context);
  weir::add_secret_command(app, context);
  weir::add_backup_command(app, context);
  weir::add_restore_command(app, context);
  weir::add_export_command(app, context);
  weir::add_check_command(app, context);
  weir::add_preview_command(app, context);
  weir::add_test_command(app, context);
  weir::add_import_command(app, context);
  weir::add_run_command(app, context);
  weir::add_serve_command(app, context);
  weir::add_retry_command(app, context);
  weir::add_replay_command(app, context);
  weir::add_reconcile_command(app, context);
  weir::add_runs_command(app, context);
  weir::add_records_command(app, context);
  weir::add_record_command(app, context);
  weir::add_alert_command(app, context);
  weir::add_schema_command(app, context);
  weir::add_connectors_command(app, context);
  weir::add_reference_command(app, context);
  weir::add_sandbox_command(app, context.exit_code);
  app.footer("`weir COMMAND --help` explains each; start with `weir init`.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    app.exit(error);
    return asked_for_help ? weir::exit_ok : weir::exit_wrong_input;
  }
  return context.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  weir::keep_freed_memory();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "weir: a bug: {}; please report it with the command line\n", error.what());
    return weir::exit_bug;
  }
}
