// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/dingtalk_sandbox.h"

#include "net/http_server.h"
#include "sandbox/dingtalk/control_api.h"
#include "sandbox/dingtalk/dice.h"
#include "sandbox/dingtalk/yida_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>

namespace weir {

using yida_sandbox::ControlApi;
using yida_sandbox::Minute;
using yida_sandbox::World;
using yida_sandbox::YidaApi;

namespace {

Result<yida_sandbox::ParsedMoment> moment_of(std::string_view flag, const std::string& text) {
  const auto moment = yida_sandbox::parse_moment(text);
  if (!moment) {
    return fail(ErrorKind::invalid_config,
                fmt::format("`{}` is `{}`, which is no day; write 2026-01-31 or `2026-01-31 09:30` "
                            "(Shanghai)",
                            flag, text));
  }
  return *moment;
}

// Sets the period of the receipts; gives the second at which the stand-in's clock starts.
Result<std::int64_t> resolve_period(DingtalkSandboxOptions& options) {
  std::int64_t now = yida_sandbox::ShiftedClock().seconds();
  if (!options.now.empty()) {
    WEIR_TRY(const auto moment, moment_of("now", options.now));
    now = moment.moment * 60;
  }
  WEIR_TRY(const auto from, moment_of("from", options.from));
  Minute to = now / 60;
  if (!options.to.empty()) {
    WEIR_TRY(const auto end, moment_of("to", options.to));
    const Minute last = end.day_only ? end.moment + yida_sandbox::kMinutesADay - 1 : end.moment;
    to = std::min(to, last);
  }
  if (from.moment > to) {
    return fail(ErrorKind::invalid_config,
                fmt::format("the receipts would begin ({}) after they end ({}); choose an earlier "
                            "`from`",
                            options.from, options.to.empty() ? "now" : options.to));
  }
  options.receipts.from = from.moment;
  options.receipts.to = to;
  return now;
}

}  // namespace

struct DingtalkSandbox::State {
  explicit State(const DingtalkSandboxOptions& options)
      : world(options.receipts, options.settings, options.live), api(world), control(world) {
    for (const auto& fault : options.faults) {
      world.faults.add(fault);
    }
    world.robot.set({.secret = options.robot_secret, .keyword = ""});
  }

  ServerResponse answer(const ServerRequest& request) {
    if (request.path().rfind(ControlApi::kPrefix, 0) == 0) {
      return control.answer(request);
    }
    if (request.path() == yida_sandbox::Robot::kPath) {
      return world.robot.answer(request, std::chrono::time_point_cast<std::chrono::milliseconds>(
                                             std::chrono::system_clock::now()));
    }
    const yida_sandbox::Settings settings = world.settings.read();
    ServerResponse response = api.answer(request);
    response.gzip = settings.gzip;
    response.chunked = settings.chunked;
    response.delay += settings.latency;
    if (settings.jitter.count() > 0) {
      const auto call = calls.fetch_add(1, std::memory_order_relaxed);
      response.delay += std::chrono::milliseconds(
          yida_sandbox::Dice(world.store.generator().options().seed, call)
              .below(static_cast<std::uint64_t>(settings.jitter.count()) + 1, 0));
    }
    response.headers.emplace_back(
        "Date", yida_sandbox::http_date(world.clock.seconds() +
                                        std::int64_t{settings.date_offset_minutes} * 60));
    return response;
  }

  void handle(const ServerRequest& request, const Responder& responder) {
    try {
      responder.send(answer(request));
    } catch (const std::exception& error) {
      ServerResponse broken;
      broken.status = 500;
      broken.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
      broken.body = fmt::format("the stand-in itself is at fault: {}\n", error.what());
      responder.send(std::move(broken));
    }
  }

  World world;
  YidaApi api;
  ControlApi control;
  std::atomic<std::uint64_t> calls{0};
  std::unique_ptr<HttpServer> server;
};

Result<std::unique_ptr<DingtalkSandbox>> DingtalkSandbox::start(DingtalkSandboxOptions options) {
  WEIR_TRY(const std::int64_t now, resolve_period(options));
  const bool moved = !options.now.empty();
  auto state = std::make_unique<State>(options);
  if (moved) {
    state->world.clock.set(now);
  }
  HttpServerOptions server;
  server.port = options.port;
  server.threads = options.threads;
  WEIR_TRY(state->server, HttpServer::start(server, [world = state.get()](ServerRequest request,
                                                                          Responder responder) {
             world->handle(request, responder);
           }));
  return std::unique_ptr<DingtalkSandbox>(new DingtalkSandbox(std::move(state)));
}

DingtalkSandbox::DingtalkSandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
DingtalkSandbox::~DingtalkSandbox() { stop(); }

std::uint16_t DingtalkSandbox::port() const { return state_->server->port(); }
std::string DingtalkSandbox::url() const { return fmt::format("http://127.0.0.1:{}", port()); }
std::string DingtalkSandbox::control_url() const { return url() + "/_sandbox"; }
void DingtalkSandbox::stop() { state_->server->stop(); }

}  // namespace weir
