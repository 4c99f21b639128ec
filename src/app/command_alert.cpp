// SPDX-License-Identifier: Apache-2.0
#include "alert/alert_channel.h"
#include "alert/alert_settings.h"
#include "app/alerting.h"
#include "app/command_context.h"
#include "app/stop_signals.h"
#include "app/terminal.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

// Nothing, with exit code 2 and every fault of weir.yaml told, when there is none to test.
std::vector<ChannelSettings> channels_to_test(CommandContext& context, const Workspace& workspace,
                                              Faults& faults, const std::string& name) {
  AlertSettings settings = read_alert_settings(workspace.alerts, faults);
  std::vector<std::string> known;
  for (const ChannelSettings& channel : settings.channels) {
    known.push_back(channel.name);
  }
  std::erase_if(faults, [](const Fault& fault) { return fault.at.file != "weir.yaml"; });
  if (!has_errors(faults) && known.empty()) {
    add_error(faults, {"weir.yaml", 0},
              "names no channel for alerts; write one under `alerts: {channels: …}` "
              "(docs/alerts.md)");
  } else if (!has_errors(faults) && !name.empty() &&
             std::find(known.begin(), known.end(), name) == known.end()) {
    add_error(
        faults, {"weir.yaml", 0},
        fmt::format("there is no channel `{}` under `alerts`{}", name, suggestion(name, known)));
  }
  print_faults(context, faults);
  if (has_errors(faults)) {
    context.exit_code = exit_wrong_input;
    return {};
  }
  if (!name.empty()) {
    std::erase_if(settings.channels,
                  [&](const ChannelSettings& channel) { return channel.name != name; });
  }
  return std::move(settings.channels);
}

void print_answer(const CommandContext& context, const std::string& channel,
                  const Result<std::string>& answer) {
  if (context.json) {
    Value line;
    line.set("channel", channel);
    line.set("ok", answer.has_value());
    if (answer) {
      line.set("answer", *answer);
    } else {
      line.set("error", to_string(answer.error().kind));
      line.set("message", answer.error().message);
    }
    fmt::print("{}\n", to_json(line));
  } else if (answer) {
    fmt::print("{}: told ({})\n", channel, *answer);
  } else {
    fmt::print(stderr, "{}\n",
               painted_for_stderr(fmt::format("{}: not told: {}", channel, answer.error().message),
                                  Paint::red));
  }
  std::fflush(stdout);
}

int exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::throttled:
      return exit_parked;
    case ErrorKind::cancelled:
      return exit_stopped;
    case ErrorKind::internal:
      return exit_bug;
    default:
      return exit_refused;
  }
}

void alert_test_command(CommandContext& context, const std::string& name) {
  const auto root = workspace_root(context);
  if (!root) {
    return;
  }
  Faults faults;
  const Workspace workspace = read_workspace(*root, faults);
  const auto channels = channels_to_test(context, workspace, faults, name);
  StopSignals signals;
  CurlHttpClient http;
  CurlMailClient mail;
  const AlertWriter writer = make_alert_writer(workspace);
  for (const ChannelSettings& settings : channels) {
    const auto channel = make_alert_channel(settings, {http, mail, context.clock});
    const auto answer =
        channel->send(writer.test_message(settings.name, context.clock.now()), signals.token());
    print_answer(context, settings.name, answer);
    if (!answer) {
      context.exit_code = std::max(context.exit_code, exit_code_of(answer.error()));
    }
  }
}

}  // namespace

void add_alert_command(CLI::App& app, CommandContext& context) {
  auto channel = std::make_shared<std::string>();
  CLI::App* alert = app.add_subcommand("alert", "what a person hears when something is wrong");
  alert->require_subcommand(1);
  CLI::App* test = alert->add_subcommand(
      "test", "send a test message to each channel of weir.yaml and say what it answered");
  test->add_option("channel", *channel, "this channel alone");
  add_common_options(*test, context);
  test->footer(
      "Channels stand in weir.yaml under `alerts: {channels: …}`: a DingTalk robot, a webhook or\n"
      "mail. All of them are tried, whatever the others answer.\n"
      "Exit: 0 all took it, 2 wrong files or no such channel, 3 one refused or was not reached,\n"
      "4 one takes no more messages for now.");
  test->callback([&context, channel] { alert_test_command(context, *channel); });
}

}  // namespace weir
