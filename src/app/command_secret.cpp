// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/secret_prompt.h"
#include "spec/secret_store.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <optional>
#include <string>

namespace weir {
namespace {

// The store of the workspace. What is wrong with its other files does not matter: they may be
// waiting for this very secret.
std::optional<SecretStore> open_store(CommandContext& context) {
  const auto root = workspace_root(context);
  if (!root) {
    return std::nullopt;
  }
  Faults faults;
  const Workspace workspace = read_workspace(*root, faults);
  std::erase_if(faults, [](const Fault& fault) { return fault.at.file != "weir.yaml"; });
  if (has_errors(faults)) {  // it may say where the state lies
    print_faults(context, faults);
    context.exit_code = exit_wrong_input;
    return std::nullopt;
  }
  return std::optional<SecretStore>(std::in_place, workspace.state);
}

void finish(CommandContext& context, const Result<void>& done, const std::string& name,
            const char* what) {
  if (!done) {
    print_error(context, done.error());
    context.exit_code = exit_wrong_input;
  } else if (context.json) {
    Value line;
    line.set("secret", name);
    line.set("done", what);
    fmt::print("{}\n", to_json(line));
  } else {
    fmt::print("secret `{}` is {}\n", name, what);
  }
}

void set_secret(CommandContext& context, const std::string& name) {
  const auto store = open_store(context);
  if (!store) {
    return;
  }
  auto value = ask_secret(name);
  if (!value) {
    print_error(context, value.error());
    context.exit_code =
        value.error().kind == ErrorKind::cancelled ? exit_stopped : exit_wrong_input;
    return;
  }
  const auto done = store->set(name, *value);
  wipe(*value);
  finish(context, done, name, "set");
  if (done && !context.json) {
    fmt::print("files name it as ${{secret:{}}}; its key is `{}`: keep a copy of that elsewhere\n",
               name, store->key_file().string());
  }
}

void list_secrets(CommandContext& context) {
  const auto store = open_store(context);
  if (!store) {
    return;
  }
  const auto names = store->names();
  if (!names) {
    print_error(context, names.error());
    context.exit_code = exit_wrong_input;
    return;
  }
  for (const std::string& name : *names) {
    if (context.json) {
      Value line;
      line.set("secret", name);
      fmt::print("{}\n", to_json(line));
    } else {
      fmt::print("{}\n", name);
    }
  }
}

void remove_secret(CommandContext& context, const std::string& name) {
  if (const auto store = open_store(context)) {
    finish(context, store->remove(name), name, "removed");
  }
}

}  // namespace

void add_secret_command(CLI::App& app, CommandContext& context) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "secret", "passwords and keys, sealed in the workspace; files name them as ${secret:NAME}");
  command->require_subcommand(1);
  CLI::App* set = command->add_subcommand(
      "set", "put one in, or change it; the value is typed unseen, or read from stdin");
  set->add_option("name", *name, "its name, as in MYSQL_PASSWORD")->required();
  set->callback([&context, name] { set_secret(context, *name); });
  CLI::App* list = command->add_subcommand("list", "their names, never a value");
  list->callback([&context] { list_secrets(context); });
  CLI::App* remove = command->add_subcommand("remove", "take one out");
  remove->add_option("name", *name, "its name")->required();
  remove->callback([&context, name] { remove_secret(context, *name); });
  for (CLI::App* part : {set, list, remove}) {
    add_common_options(*part, context);
  }
}

}  // namespace weir
