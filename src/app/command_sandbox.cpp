// SPDX-License-Identifier: Apache-2.0
#include "app/command_sandbox.h"

#include "sandbox/dingtalk/dingtalk_sandbox.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace weir {
namespace {

using yida_sandbox::CapBehaviour;
using yida_sandbox::FaultKind;
using yida_sandbox::LivePlan;
using yida_sandbox::NaturalOrder;
using yida_sandbox::Profile;
using yida_sandbox::StampClock;

constexpr std::uint16_t kDefaultPort = 18787;
constexpr int kWrongCommandLine = 2;
constexpr int kPortTaken = 3;

constexpr const char* kFooter = R"(
Examples:
  weir sandbox dingtalk                                  3,000 receipts on http://127.0.0.1:18787
  weir sandbox dingtalk --records 100000 --qps 40        a larger tenant, a faster edition
  weir sandbox dingtalk --hostile-names                  quotes, emoji, line breaks and SQL in every name
  weir sandbox dingtalk --live every_calls=2,add=1,change=2,delete=1
                                                         receipts change while they are read
  weir sandbox dingtalk --fault http500=0.05 --fault slow=0.1 --latency 80
  weir sandbox dingtalk --clock utc --result-cap 5000 --beyond-cap error
  curl -s http://127.0.0.1:18787/_sandbox/stats          what was called so far
  curl -s http://127.0.0.1:18787/_sandbox/truth?ids_only=1
  curl -s http://127.0.0.1:18787/_sandbox/add -d '{"count":5}'

In a pipeline, set `base_url` of the connection to the printed address. Any app key and secret is
taken but `wrong`; any form id gives receipts; FORM-QPS always throttles, FORM-DENIED is always
refused. All flags and the control address: docs/sandbox-dingtalk.md.
Exit: 0 stopped by SIGINT or SIGTERM, 2 wrong command line, 3 the port is taken.)";

struct Flags {
  DingtalkSandboxOptions options;
  std::uint16_t port = kDefaultPort;
  bool plain = false;
  bool json = false;
  std::int64_t latency_ms = 0;
  std::int64_t jitter_ms = 0;
  std::int64_t token_life = 7200;
  std::string live;
  std::vector<std::string> faults;
};

template <typename T>
bool parse_number(const std::string& text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end;
}

// "http500=0.05"
Result<yida_sandbox::Fault> parse_fault(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto kind = yida_sandbox::parse_fault_kind(text.substr(0, equals));
  yida_sandbox::Fault fault;
  if (!kind || equals == std::string::npos || !parse_number(text.substr(equals + 1), fault.rate) ||
      fault.rate < 0 || fault.rate > 1) {
    std::string names;
    for (const FaultKind known : yida_sandbox::all_fault_kinds()) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", yida_sandbox::to_string(known));
    }
    return fail(ErrorKind::invalid_config,
                fmt::format("`--fault {}`: write KIND=RATE with a rate from 0 to 1; kinds are {}",
                            text, names));
  }
  fault.kind = *kind;
  return fault;
}

// "every_calls=2,add=1,change=2,approve=1,delete=1"
Result<LivePlan> parse_live(const std::string& text) {
  LivePlan plan;
  const std::map<std::string, std::uint32_t*, std::less<>> parts{{"every_calls", &plan.every_calls},
                                                                 {"add", &plan.add},
                                                                 {"change", &plan.change},
                                                                 {"approve", &plan.approve},
                                                                 {"delete", &plan.remove}};
  plan.every_calls = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const std::size_t equals = part.find('=');
    const auto found = parts.find(part.substr(0, equals));
    if (found == parts.end() || equals == std::string::npos ||
        !parse_number(part.substr(equals + 1), *found->second)) {
      return fail(ErrorKind::invalid_config,
                  fmt::format("`--live {}`: `{}` is not understood; write for example "
                              "every_calls=2,add=1,change=2,approve=1,delete=1",
                              text, part));
    }
    at = end + 1;
  }
  return plan;
}

// An option whose value is one of some words; the first of `words` is the default.
template <typename Enum>
void one_of(CLI::Option* option, const std::vector<std::pair<std::string, Enum>>& words) {
  std::string all;
  for (const auto& [word, value] : words) {
    all += (all.empty() ? "" : "|") + word;
  }
  CLI::CheckedTransformer known(words);
  known.description("");
  option->transform(known)->option_text(all + "=" + words.front().first);
}

void add_data_flags(CLI::App& command, Flags& flags) {
  auto& receipts = flags.options.receipts;
  const auto data = [](CLI::Option* option) { return option->group("Data"); };
  data(command.add_option("--records", receipts.records, "receipts of the kind 销售收款"))
      ->check(CLI::Range(0U, 50'000'000U))
      ->capture_default_str();
  data(command.add_option("--others", receipts.others, "receipts of other kinds, among them"))
      ->check(CLI::Range(0U, 50'000'000U))
      ->capture_default_str();
  data(command.add_option("--seed", receipts.seed, "equal seeds and flags give equal receipts"))
      ->capture_default_str();
  data(command.add_option("--from", flags.options.from, "day of the first creation (Shanghai)"))
      ->capture_default_str();
  data(command.add_option("--to", flags.options.to, "day of the last creation; default: now"));
  data(command.add_option("--now", flags.options.now,
                          "where the stand-in's clock starts, as 2026-03-01 or '2026-03-01 09:30'; "
                          "default: the wall clock. Fixes the receipts too"));
  data(command.add_option("--running", receipts.running, "percent still under approval (RUNNING)"))
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  one_of<Profile>(
      data(command.add_option("--profile", receipts.profile,
                              "how much is filled in: the pipeline's fields (0.9 KB a receipt), a "
                              "usual mix (2.3 KB), every component")),
      {{"usual", Profile::usual}, {"lean", Profile::lean}, {"wide", Profile::wide}});
  data(
      command.add_flag("--hostile-names", receipts.hostile_names,
                       "quotes, backslashes, line breaks, emoji and SQL in every customer's name"));
  data(command.add_flag("--plain", flags.plain,
                        "without the rare rows (empty amounts, 51 sub-rows, …)"));
}

void add_behaviour_flags(CLI::App& command, Flags& flags) {
  auto& settings = flags.options.settings;
  const auto group = [](CLI::Option* option) { return option->group("Where tenants differ"); };
  one_of<StampClock>(
      group(command.add_option("--clock", settings.clock,
                               "what the digits of 2026-01-05T09:31Z mean: Shanghai or UTC")),
      {{"local", StampClock::local}, {"utc", StampClock::utc}});
  group(command.add_option("--result-cap", settings.result_cap,
                           "rows that one query can page through; 0: no cap"))
      ->capture_default_str();
  one_of<CapBehaviour>(
      group(command.add_option("--beyond-cap", settings.cap_behaviour,
                               "empty pages, a refusal, or the total is clipped as well")),
      {{"empty", CapBehaviour::empty},
       {"error", CapBehaviour::error},
       {"clip", CapBehaviour::clip}});
  group(command.add_option("--inline-rows", settings.inline_rows,
                           "cut sub-tables in lists at so many rows, such as 50; 0: never"))
      ->capture_default_str();
  one_of<NaturalOrder>(group(command.add_option("--order", settings.natural_order,
                                                "of the rows when the caller asks for none")),
                       {{"newest", NaturalOrder::newest},
                        {"oldest", NaturalOrder::oldest},
                        {"scrambled", NaturalOrder::scrambled}});
  group(command.add_flag("--shuffled-ties", settings.shuffled_ties,
                         "rows of one minute change places from call to call"));
  group(command.add_flag("--second-filters", settings.second_filters,
                         "honour the time of day in create and modified filters"));
  group(command.add_option("--unindexed", settings.unindexed,
                           "a filter on this field matches nothing (repeatable)"));
  group(command.add_option("--yida-throttle-status", settings.yida_throttle_status,
                           "HTTP status of failure.operation.* codes"))
      ->check(CLI::Range(200, 599))
      ->capture_default_str();
  group(command.add_option("--parameter-status", settings.parameter_status,
                           "HTTP status when a parameter is refused"))
      ->check(CLI::Range(200, 599))
      ->capture_default_str();
}

void add_limit_flags(CLI::App& command, Flags& flags) {
  auto& settings = flags.options.settings;
  const auto limits = [](CLI::Option* option) { return option->group("Limits and faults"); };
  limits(command.add_option("--qps", settings.qps,
                            "calls a second of one app to one API; 0: no limit"))
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  limits(command.add_option("--monthly", settings.monthly,
                            "YiDa calls of the organisation until the quota ends; 0: no limit"))
      ->capture_default_str();
  limits(command.add_option("--token-life", flags.token_life, "seconds"))
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
      ->capture_default_str();
  limits(command.add_option("--date-offset", settings.date_offset_minutes,
                            "minutes that the Date header is ahead; negative: behind"))
      ->check(CLI::Range(-1'000'000, 1'000'000))
      ->capture_default_str();
  limits(command.add_option("--latency", flags.latency_ms, "milliseconds before every answer"))
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{600'000}))
      ->capture_default_str();
  limits(command.add_option("--jitter", flags.jitter_ms, "up to so many milliseconds more"))
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{600'000}))
      ->capture_default_str();
  limits(command.add_option("--fault", flags.faults,
                            "KIND=RATE, such as http500=0.05: this share of the YiDa calls "
                            "(repeatable); kinds: docs/sandbox-dingtalk.md"));
  limits(command.add_option(
      "--live", flags.live,
      "changes while pages are read: every_calls=N,add=A,change=C,approve=P,delete=D"));
  limits(command.add_option("--robot-secret", flags.options.robot_secret,
                            "messages to the robot (/robot/send) must be signed with it"));
  limits(command.add_flag("--gzip", settings.gzip, "compress answers for clients that accept it"));
  limits(
      command.add_flag("--chunked", settings.chunked, "send answers in chunks, without a length"));
}

Result<void> complete(Flags& flags) {
  flags.options.port = flags.port;
  flags.options.receipts.edges = !flags.plain;
  auto& settings = flags.options.settings;
  settings.latency = std::chrono::milliseconds(flags.latency_ms);
  settings.jitter = std::chrono::milliseconds(flags.jitter_ms);
  settings.token_life = std::chrono::seconds(flags.token_life);
  for (const std::string& text : flags.faults) {
    WEIR_TRY(const yida_sandbox::Fault fault, parse_fault(text));
    flags.options.faults.push_back(fault);
  }
  if (!flags.live.empty()) {
    WEIR_TRY(flags.options.live, parse_live(flags.live));
  }
  return {};
}

// Blocked before the server's threads start, so that they inherit it and sigwait is the only taker.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int complain(const Error& error) {
  fmt::print(stderr, "weir sandbox dingtalk: {}\n", error.message);
  return error.kind == ErrorKind::invalid_config ? kWrongCommandLine : kPortTaken;
}

int run_dingtalk(Flags& flags) {
  if (const auto completed = complete(flags); !completed) {
    return complain(completed.error());
  }
  const sigset_t signals = block_stop_signals();
  auto sandbox = DingtalkSandbox::start(flags.options);
  if (!sandbox) {
    return complain(sandbox.error());
  }
  const std::string url = (*sandbox)->url();
  const std::string control = (*sandbox)->control_url();
  if (flags.json) {
    fmt::print("{{\"url\":\"{}\",\"control\":\"{}\"}}\n", url, control);
  } else {
    fmt::print("{}\n", url);
    fmt::print(stderr, "DingTalk stand-in: {} receipts, control at {}; stop with Ctrl-C\n",
               flags.options.receipts.records + flags.options.receipts.others, control);
  }
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  (*sandbox)->stop();
  return 0;
}

}  // namespace

void add_sandbox_command(CLI::App& app, int& exit_code) {
  CLI::App* sandbox =
      app.add_subcommand("sandbox", "A local stand-in of an outside system, to try pipelines on");
  sandbox->require_subcommand(1);
  CLI::App* dingtalk = sandbox->add_subcommand(
      "dingtalk", "DingTalk's gateway and YiDa with receipts (收款单) made from a seed");
  auto flags = std::make_shared<Flags>();
  dingtalk->add_option("--port", flags->port, "on 127.0.0.1; 0: any free one")
      ->capture_default_str();
  dingtalk->add_flag("--json", flags->json,
                     "print {\"url\":…,\"control\":…} in place of the bare address");
  add_data_flags(*dingtalk, *flags);
  add_behaviour_flags(*dingtalk, *flags);
  add_limit_flags(*dingtalk, *flags);
  dingtalk->footer(kFooter);
  dingtalk->callback([flags, &exit_code] { exit_code = run_dingtalk(*flags); });
}

}  // namespace weir
