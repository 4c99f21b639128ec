// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

void print_test(const CommandContext& context, const std::string& pipeline,
                const DeclaredTest& test, const std::vector<std::string>& differences) {
  if (context.json) {
    Value line;
    line.set("pipeline", pipeline);
    line.set("test", test.name);
    line.set("passed", differences.empty());
    line.set("file", test.at.file);
    line.set("line", std::int64_t{test.at.line});
    List texts(differences.begin(), differences.end());
    line.set("differences", std::move(texts));
    fmt::print("{}\n", to_json(line));
    return;
  }
  const bool passed = differences.empty();
  fmt::print("{}  {}: {}\n",
             passed ? painted("passed", Paint::green) : painted("FAILED", Paint::red), pipeline,
             test.name);
  for (const std::string& difference : differences) {
    fmt::print("        {}:{}: {}\n", test.at.file, test.at.line, difference);
  }
}

void test_command(CommandContext& context, const std::vector<std::string>& names) {
  const auto selection = select_without_secrets(context, names);
  if (!selection) {
    return;
  }
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  for (const Definition* definition : selection->pipelines) {
    Faults told;
    const auto flow = make_flow(selection->workspace, *definition, "", context.clock, told);
    for (const DeclaredTest& test : definition->tests) {
      flow->surroundings->look_in(std::make_unique<GivenCollections>(test.collections));
      const auto differences = run_declared_test(test, *flow->transform);
      ++(differences.empty() ? passed : failed);
      print_test(context, definition->name, test, differences);
    }
  }
  context.exit_code = failed > 0 ? exit_failed : exit_ok;
  if (!context.json) {
    fmt::print("{} passed, {} failed{}\n", passed, failed,
               passed + failed == 0 ? "; `tests:` in a pipeline's file declares some" : "");
  }
}

}  // namespace

void add_test_command(CLI::App& app, CommandContext& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand(
      "test", "run the tests that the pipelines' files declare: records in, rows out");
  command->add_option("pipeline", *names, "only these pipelines (default: all)");
  add_common_options(*command, context);
  command->footer(
      "Calls no system and needs no secret. In a pipeline's file, beside `source`:\n"
      "  tests:\n"
      "    - name: a completed receipt\n"
      "      records: [{processInstanceId: P1, instanceStatus: COMPLETED, data: {amount: 12}}]\n"
      "      rows: [{id: P1, amount: 12}]\n"
      "    - name: a running one\n"
      "      records: [{processInstanceId: P2, instanceStatus: RUNNING, data: {}}]\n"
      "      filtered: [RUNNING]\n"
      "A record is as the source gives it; a row is compared by the columns it names; `filtered`\n"
      "and `failed` hold a part of each reason. What `_findCollection` looks in is given cleaned:\n"
      "      collections: {customers: [{code: C1, name: Li}]}\n"
      "Exit codes: 0 all passed, 1 some failed, 2 the files are wrong.");
  command->callback([&context, names] { test_command(context, *names); });
}

}  // namespace weir
