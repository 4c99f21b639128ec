// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/control_api.h"

#include "sandbox/dingtalk/control_json.h"
#include "sandbox/dingtalk/instance_json.h"
#include "sandbox/dingtalk/robot_control.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace weir::yida_sandbox {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint32_t kTruthRowsAPiece = 200;
constexpr std::uint32_t kChangesMost = 1'000'000;

ServerResponse json_answer(int status, const Json& body) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json;charset=utf-8"}};
  response.body = body.dump() + "\n";
  return response;
}

ServerResponse wrong(const std::string& sentence) {
  return json_answer(400, Json{{"error", sentence}});
}

ServerResponse ids_answer(const std::vector<std::string>& ids) {
  return json_answer(200, Json{{"count", ids.size()}, {"ids", ids}});
}

// What add, change, approve and delete have in common.
struct ChangeRequest {
  ReceiptStore::Choice choice;
  std::vector<Member> fields;
  bool silent = false;
  bool sales = true;
  Verdict verdict = Verdict::agree;
};

Read<ChangeRequest> read_change(const Json& body) {
  ChangeRequest change;
  change.choice.count = 1;
  for (const auto& item : body.items()) {
    const std::string& name = item.key();
    const Json& value = item.value();
    if (name == "count" && value.is_number_unsigned() && value <= Json(kChangesMost)) {
      change.choice.count = value.get<std::uint32_t>();
    } else if (name == "ids" && value.is_array() &&
               std::all_of(value.begin(), value.end(),
                           [](const Json& v) { return v.is_string(); })) {
      change.choice.ids = value.get<std::vector<std::string>>();
      change.choice.count = 0;
    } else if (name == "status" && value.is_string() && parse_status(value.get<std::string>())) {
      change.choice.status = parse_status(value.get<std::string>());
    } else if (name == "silent" && value.is_boolean()) {
      change.silent = value.get<bool>();
    } else if (name == "sales" && value.is_boolean()) {
      change.sales = value.get<bool>();
    } else if (name == "result" && value.is_string() && parse_verdict(value.get<std::string>())) {
      change.verdict = *parse_verdict(value.get<std::string>());
    } else if (name == "fields") {
      auto fields = read_fields(value);
      if (!fields) {
        return tl::unexpected(fields.error());
      }
      change.fields = std::move(*fields);
    } else {
      return tl::unexpected(
          fmt::format("`{}`: {} is not understood; known are count (up to {}), ids, status "
                      "(RUNNING, COMPLETED, "
                      "TERMINATED, ERROR), fields, silent, sales, result (agree, disagree)",
                      name, value.dump(), kChangesMost));
    }
  }
  return change;
}

ServerResponse change_receipts(World& world, std::string_view what, const Json& body) {
  const auto change = read_change(body);
  if (!change) {
    return wrong(change.error());
  }
  const Minute now = world.clock.minute();
  if (what == "add") {
    return ids_answer(world.store.add(change->choice.count,
                                      change->choice.status.value_or(Status::completed),
                                      change->sales, change->fields, now));
  }
  if (what == "change") {
    return ids_answer(world.store.change(change->choice, change->fields, change->silent, now));
  }
  if (what == "approve") {
    return ids_answer(world.store.approve(change->choice, change->verdict, now));
  }
  return ids_answer(world.store.remove(change->choice));
}

Json faults_json(const World& world) {
  Json faults = Json::array();
  for (const Fault& fault : world.faults.list()) {
    faults.push_back(fault_json(fault));
  }
  return Json{{"faults", faults},
              {"live", live_json(world.live.plan())},
              {"revoke_credentials", world.tokens.credentials_revoked()}};
}

// {"clear":true,"http500":{"next":3},"html":null,"live":{…},"revoke_tokens":true,
// "revoke_credentials":true}
ServerResponse set_faults(World& world, const Json& body) {
  std::vector<Fault> added;
  std::vector<FaultKind> removed;
  std::optional<LivePlan> live;
  bool clear = false;
  bool revoke = false;
  std::optional<bool> revoke_credentials;
  for (const auto& item : body.items()) {
    const Json& value = item.value();
    if (item.key() == "clear" || item.key() == "revoke_tokens") {
      (item.key() == "clear" ? clear : revoke) = value == Json(true);
    } else if (item.key() == "revoke_credentials") {
      revoke_credentials = value == Json(true);
    } else if (item.key() == "live") {
      const auto plan = read_live(value);
      if (!plan) {
        return wrong(plan.error());
      }
      live = *plan;
    } else {
      const auto fault = read_fault(item.key(), value.is_null() ? Json(0) : value);
      if (!fault) {
        return wrong(fault.error());
      }
      removed.push_back(fault->kind);
      if (fault->rate > 0 || fault->next > 0) {
        added.push_back(*fault);
      }
    }
  }
  if (clear) {
    world.faults.clear();
    world.live.set({});
    world.tokens.revoke_credentials(false);
  }
  for (const FaultKind kind : removed) {
    world.faults.remove(kind);
  }
  for (Fault& fault : added) {
    world.faults.add(std::move(fault));
  }
  if (live) {
    world.live.set(*live);
  }
  if (revoke) {
    world.tokens.revoke_all();
  }
  if (revoke_credentials) {
    world.tokens.revoke_credentials(*revoke_credentials);
  }
  return json_answer(200, faults_json(world));
}

ServerResponse set_settings(World& world, Json body) {
  std::optional<ParsedMoment> now;
  if (const auto found = body.find("now"); found != body.end()) {
    now = found->is_string() ? parse_moment(found->get<std::string>()) : std::nullopt;
    if (!now) {
      return wrong("`now` must be a moment such as \"2026-03-01 10:00\" (Shanghai)");
    }
    body.erase("now");
  }
  const auto settings = patched(world.settings.read(), body);
  if (!settings) {
    return wrong(settings.error());
  }
  if (now) {
    world.clock.set(now->moment * 60);
  }
  world.settings.write(*settings);
  world.store.set_natural_order(settings->natural_order);
  world.store.set_shuffled_ties(settings->shuffled_ties);
  Json answer = settings_json(*settings);
  answer["now"] = stamp(world.clock.minute(), StampClock::utc);
  return json_answer(200, answer);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ServerResponse ControlApi::truth(const ServerRequest& request) {
  const Settings settings = world_.settings.read();
  Json words = Json::object();
  words["searchFieldJson"] = request.parameter("search").value_or("");
  words["instanceStatus"] = request.parameter("status").value_or("");
  const auto query = read_query(words, {"searchFieldJson", ""}, settings);
  if (!query) {
    return wrong(query.error().message);
  }
  Rendering rendering;
  rendering.form_uuid = request.parameter("form").value_or("FORM-SKD");
  rendering.clock = settings.clock;
  rendering.form_name = settings.form_name;
  rendering.form_version = settings.form_version;
  const std::string fields = request.parameter("fields").value_or("");
  for (std::size_t at = 0; at < fields.size();) {
    const std::size_t end = std::min(fields.find(',', at), fields.size());
    rendering.fields.push_back(fields.substr(at, end - at));
    at = end + 1;
  }
  const std::string ids_only = request.parameter("ids_only").value_or("0");
  const bool lines_are_ids = ids_only != "0" && ids_only != "false";
  ServerResponse response;
  response.headers = {{"Content-Type", "application/x-ndjson;charset=utf-8"}};
  response.pieces = [this, rendering, lines_are_ids, filter = *query,
                     next = std::uint32_t{0}]() mutable {
    std::string piece;
    for (std::uint32_t from = next; piece.empty(); from = next) {
      const auto receipts = world_.store.list(filter, from, kTruthRowsAPiece, next);
      for (const Receipt& receipt : receipts) {
        if (lines_are_ids) {
          append_quoted(world_.store.generator().id(receipt.index), piece);
        } else {
          append_process_instance(world_.store.generator(), receipt, rendering, piece);
        }
        piece += '\n';
      }
      if (next == from) {
        break;
      }
    }
    return piece;
  };
  return response;
}

ServerResponse ControlApi::stats() const {
  Json apis = Json::object();
  std::uint64_t calls = 0;
  std::uint64_t throttled = 0;
  for (const auto& [name, api] : world_.statistics.apis()) {
    Json statuses = Json::object();
    for (const auto& [status, count] : api.statuses) {
      statuses[std::to_string(status)] = count;
    }
    apis[name] = Json{{"calls", api.calls},
                      {"throttled", api.throttled},
                      {"max_per_second", api.max_per_second},
                      {"statuses", statuses}};
    calls += api.calls;
    throttled += api.throttled;
  }
  const auto counts = world_.store.counts();
  return json_answer(200, Json{{"calls", calls},
                               {"throttled", throttled},
                               {"month_calls", world_.limiter.month_count()},
                               {"tokens_issued", world_.tokens.issued()},
                               {"apis", apis},
                               {"faults", world_.statistics.faults()},
                               {"receipts", Json{{"rows", counts.rows},
                                                 {"RUNNING", counts.running},
                                                 {"COMPLETED", counts.completed},
                                                 {"TERMINATED", counts.terminated},
                                                 {"ERROR", counts.error},
                                                 {"deleted", counts.deleted}}},
                               {"now", stamp(world_.clock.minute(), StampClock::utc)}});
}

ServerResponse ControlApi::answer(const ServerRequest& request) {
  const std::string_view what = request.path().substr(kPrefix.size());
  if (what == "robot") {
    return control_robot(world_.robot, request);
  }
  if (request.method == "GET") {
    if (what == "truth") {
      return truth(request);
    }
    if (what == "stats") {
      return stats();
    }
    if (what == "faults") {
      return json_answer(200, faults_json(world_));
    }
    if (what == "settings") {
      return set_settings(world_, Json::object());
    }
  }
  const Json body =
      request.body.empty() ? Json::object() : Json::parse(request.body, nullptr, false);
  if (request.method == "POST" && !body.is_object()) {
    return wrong("the body must be a JSON object");
  }
  if (request.method == "POST") {
    if (is_one_of(what, {"add", "change", "approve", "delete"})) {
      return change_receipts(world_, what, body);
    }
    if (what == "faults") {
      return set_faults(world_, body);
    }
    if (what == "settings") {
      return set_settings(world_, body);
    }
    if (what == "stats") {
      world_.statistics.reset();
      world_.limiter.reset_month();
      return stats();
    }
  }
  return json_answer(
      404, Json{{"error",
                 "known are GET truth, stats, faults, settings, robot and POST add, change, "
                 "approve, delete, faults, settings, robot, stats (sets the counts to "
                 "0)"}});
}

}  // namespace weir::yida_sandbox
