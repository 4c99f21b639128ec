// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/value.h"
#include "spec/fault.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The metadata vocabulary of a pipeline's `source` and `target`, as read from a file: typed, with
// places, nothing resolved. Both storage forms (children[] trees, flat lists tied by
// parent/parent_id) and the short form (a plain map) arrive as the same tree.

namespace weir {

// A value of a file with ${env:…}, ${file:…} and ${secret:…} already resolved.
struct Setting {
  Value value;          // text, number, boolean, list, object or null, as typed in the file
  bool secret = false;  // came from a reference, or its field is declared secret: never printed
  Location at;
  // Of a text: where the values of references stand in it. They are data, never syntax.
  std::vector<TextSpan> resolved = {};
};

struct Parser {
  std::string name;  // or several, with commas between them
  std::vector<std::string> params;
  std::vector<std::pair<std::string, std::string>> options;  // view, edit, fieldId
};

// A line of cron as written; scheduler/cron.h reads it.
struct CronText {
  std::string text;
  Location at;
  std::string key = "cron";  // as the file calls it
};

// Of a request that omissionRemedy makes: whether a field is one that its `takeOverRequest` named.
enum class TakenOver : std::uint8_t {
  no,
  replaced,  // and `request` or `otherRequest` has one of that name
  added,     // and neither has
};

// One entry of request, otherRequest, response or otherResponse.
struct Field {
  std::string field;
  std::string type;              // as written; empty: not given
  std::optional<Setting> value;  // absent: NULL for SQL, left out for HTTP
  std::vector<Field> children;
  std::optional<Parser> parser;
  std::vector<std::pair<std::string, std::string>> mapping;  // from, to
  bool required = false;                                     // is_required
  TakenOver taken_over = TakenOver::no;
  Location at;
};

// A second schedule, which asks the source for an older window; see omission_remedy.h.
struct OmissionRemedy {
  std::optional<CronText> crontab;  // absent: on command only
  std::vector<Field> take_over;     // takeOverRequest
  Location at;
};

struct FormatRule {  // formatResponse
  std::string old_name;
  std::string new_name;
  std::string format;
  Location at;
};

struct Condition {
  std::string field;
  std::string logic;
  Setting value;
  bool strict = false;
  Location at;
};

struct TableName {  // beatFlat
  std::string name;
  Location at;
};

struct QualityRule {  // an entry of `quality`, which stands beside `source`
  std::string field;
  std::string rule;
  std::string type;
  Value min;
  Value max;
  std::string pattern;
  Value values;
  std::string otherwise = "reject";
  Location at;
};

struct Strategy {
  std::string connection;
  std::string api;
  std::string method;
  std::string id;
  std::string number;
  bool id_check = true;
  // Of a target: where its records stand, and the column that holds their id; empty: as the
  // statement says.
  std::string table;
  std::string key;
  std::vector<Field> request;
  std::vector<Field> other_request;
  std::vector<Field> response;
  std::vector<Field> other_response;
  std::vector<FormatRule> format_response;
  std::vector<std::vector<Condition>> conditions;  // outer OR, inner AND; empty: keep all
  std::vector<TableName> beat_flat;
  std::vector<QualityRule> quality;               // of a source; read with the file around it
  std::optional<CronText> schedule;               // of this side alone: `schedule`, or `crontab`
  std::optional<OmissionRemedy> omission_remedy;  // of a source
  // Everything else that stood there, kept for round trips; warned about when read.
  std::vector<std::pair<std::string, Setting>> unknown;
  Location at;
  std::vector<std::pair<std::string, Location>> places;  // of its keys, as the file spells them

  // Of what stands under a key; of the whole where the key is not there.
  const Location& place(std::string_view name) const;

  // A field by name: of request, then of otherRequest; nullptr: none.
  const Field* find(std::string_view field) const;
  // Of a target: it takes records and writes nothing, so it needs no connection.
  bool writes_nothing() const { return writes_nothing(api); }
  static bool writes_nothing(std::string_view api) { return api == "写入空操作" || api == "none"; }
};

}  // namespace weir
