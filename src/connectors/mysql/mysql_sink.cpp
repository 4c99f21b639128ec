// SPDX-License-Identifier: Apache-2.0
#include "connectors/mysql/mysql_sink.h"

#include "connectors/mysql/description.h"
#include "connectors/mysql/key_reader.h"
#include "connectors/mysql/mysql_lane.h"
#include "connectors/mysql/target_check.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace weir {
namespace {

void overrule_bulk(MysqlSettings& settings) {
  const char* bulk = std::getenv("WEIR_MYSQL_BULK");  // NOLINT(concurrency-mt-unsafe)
  if (bulk != nullptr && *bulk != '\0') {
    settings.bulk = bulk;
  }
}

}  // namespace

std::unique_ptr<Sink> MysqlSink::make(const Node& connection, const Strategy& strategy,
                                      const ConnectorContext& context, Faults& faults) {
  Faults found;
  MysqlSettings settings = mysql_settings_spec().read(connection, {"connector"}, found);
  overrule_bulk(settings);
  const std::string name = settings.timezone.empty() ? context.workspace_zone : settings.timezone;
  auto zone = TimeZone::find(name);
  if (!zone) {
    const Node* setting = connection.member("timezone");
    found.push_back({Severity::error, setting == nullptr ? connection.at : setting->at,
                     "`timezone`: " + zone.error().message});
  }
  const auto target = read_mysql_target(strategy, context.at_least_once, found);
  const bool usable = target && !has_errors(found);
  faults.insert(faults.end(), found.begin(), found.end());
  if (!usable) {
    return nullptr;
  }
  return std::unique_ptr<Sink>(new MysqlSink(std::move(settings), strategy, context, *zone));
}

MysqlSink::MysqlSink(MysqlSettings settings, const Strategy& strategy,
                     const ConnectorContext& context, TimeZone zone)
    : settings_(std::move(settings)), strategy_(strategy), context_(context), zone_(zone) {
  Faults known;  // told by make() already
  target_ = *read_mysql_target(strategy_, context_.at_least_once, known);
}

bool MysqlSink::transactional() const {
  return !context_.at_least_once && !target_.commits_itself();
}

SinkTraits MysqlSink::traits() const {
  SinkTraits traits;
  traits.transactional = transactional();
  traits.batched = target_.main().statement.batching != Batching::none && target_.in_bulk();
  traits.batch_records = static_cast<std::size_t>(settings_.batch_records);
  traits.lanes = static_cast<std::uint32_t>(settings_.lanes);
  traits.repeatable = target_.is_repeatable();
  return traits;
}

Result<std::unique_ptr<MysqlConnection>> MysqlSink::connect(std::stop_token stop) const {
  return MysqlConnection::open(settings_, zone_.offset_at(context_.clock->now()), std::move(stop));
}

Result<BulkMode> MysqlSink::choose_mode(const MysqlConnection& connection,
                                        const MysqlStatement& statement) const {
  const bool arrays = statement.batching != Batching::none;
  const bool groups = statement.batching == Batching::multi_row;
  // Without transactions a call of many rows that fails may have written some of them.
  if (!transactional() || settings_.bulk == "single" || !arrays) {
    return BulkMode::single;
  }
  if (settings_.bulk == "multi_row") {
    return groups ? BulkMode::multi_row : BulkMode::single;
  }
  if (connection.has_array_binding()) {
    return BulkMode::array;
  }
  if (settings_.bulk == "array") {
    return fail(ErrorKind::invalid_config,
                fmt::format("{}: the server has no array binding (MariaDB has, from 10.2 on), but "
                            "`bulk: array` asks for it; set `bulk: auto`",
                            connection.place()));
  }
  return groups ? BulkMode::multi_row : BulkMode::single;
}

Result<std::unique_ptr<SinkLane>> MysqlSink::open_lane(std::uint32_t lane, std::stop_token stop) {
  WEIR_TRY(auto connection, connect(std::move(stop)));
  const MysqlConnection& at = *connection;
  return MysqlLane::open(
      std::move(connection), target_,
      {context_.journal_uuid, context_.pipeline, lane, transactional()},
      [&](const MysqlStatement& statement) { return choose_mode(at, statement); });
}

Result<void> MysqlSink::check(const std::optional<Value>& sample, std::vector<Fault>& faults) {
  WEIR_TRY(auto connection, connect({}));
  return check_mysql_target(*connection, target_, transactional(), sample, faults);
}

Result<std::unique_ptr<KeyReader>> MysqlSink::read_keys(std::string_view id, std::stop_token stop) {
  WEIR_TRY(KeyColumn column, find_key_column(strategy_, target_, id));
  WEIR_TRY(auto connection, connect(std::move(stop)));
  return make_key_reader(std::move(connection), std::move(column));
}

std::string MysqlSink::describe(const OutgoingRecord& record) const {
  return describe_record(target_, record);
}

}  // namespace weir
