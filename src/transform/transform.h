// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/mapped_rows.h"
#include "core/record.h"
#include "core/record_selection.h"
#include "core/time_zone.h"
#include "core/value.h"
#include "expr/scope.h"
#include "expr/surroundings.h"
#include "expr/template.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/record_function.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// raw JSON -> record -> cleaned record (formatResponse, record(), condition) -> judged (quality) ->
// rows (beatFlat) -> the target's request for each.

namespace weir {

struct Filtered {
  std::string reason;  // "condition `extend.instanceStatus eq COMPLETED` is not met by `RUNNING`"
};

struct Mapped {
  // The target's `request`, templates replaced, members in file order; at least one.
  MappedRows rows;
  std::uint64_t sent = 0;  // MappedRows::hash
  std::string remark;      // which rules of quality it breaks and may; empty: none
};

// An error of kind `rejected` is the record's own; any other is a bug.
using Outcome = std::variant<Filtered, Mapped>;

// What a record's templates can ask for beyond the record, and the user's own step. All outlive the
// transform.
struct TransformContext {
  const Clock* clock = nullptr;  // nullptr: the system's
  const Surroundings* surroundings = nullptr;
  const RecordFunction* record_function = nullptr;  // nullptr: there is none
};

// Everything a pipeline does to a record, compiled once. Const: any number of threads may apply it;
// the same bytes give the same outcome for ever, unless a template asks for the time or beyond the
// record.
class Transform {
 public:
  // Appends every fault found (unknown format, unknown logic, bad template …), with its place.
  // Gives nothing if one is an error.
  static std::unique_ptr<const Transform> compile(const Strategy& source, const Strategy& target,
                                                  const RecordShape& shape, const TimeZone& zone,
                                                  Faults& faults,
                                                  const TransformContext& context = {});

  // Errors: `rejected` (no JSON, no object).
  Result<Value> assemble(std::string_view raw) const;
  // Adds what formatResponse makes of the record. Errors: `rejected`, with rule and value.
  Result<Value> clean(Value record) const;
  // What the user's record(r) makes of a cleaned record: itself when there is no such function;
  // none when it is dropped. Errors: `rejected`.
  Result<std::vector<Value>> convert(Value cleaned) const;
  // Of a record that was dropped.
  std::string drop_reason() const;
  // What becomes of what a record was converted to: `condition`, quality and mapping over each, all
  // rows together. Filtered, by the first reason, when no row is left. Rows of sub-tables that the
  // condition does not want are taken out of `records`, and told in `left_out`, if given. Errors:
  // `rejected`, by quality rules or by the mapping.
  Result<Outcome> judge(std::span<Value> records, std::vector<std::string>* left_out = nullptr,
                        const MappedRows& beside = {}) const;

  // What it takes out of each record, listed; nullptr: it may take anything.
  std::shared_ptr<const RecordSelection> selection() const;

  // All in a row. Of several converted records those that the condition keeps are mapped; none:
  // filtered, by the first one's reason. `beside`: as MappedRows takes it.
  // `record`: any; its memory is used, and left for the next record.
  Result<Outcome> apply(const RawRecord& raw, const MappedRows& beside, Value& record) const;
  Result<Outcome> apply(const RawRecord& raw) const;

  // Whether a template of the target's request would find the name in this converted record: in
  // itself, in a row that beatFlat makes of it, or in an element of one of its lists.
  bool finds(const Value& record, std::string_view name) const;

  // Every name that the target's request asks a record for, with the place of its field.
  void visit_names(const std::function<void(const std::string&, const Location&)>& visit) const;

  // What the pipeline itself maps of a record: it is cleaned, converted, kept by `condition` and
  // split; each row as the scope of its names, valid during the call. Errors: `rejected`.
  Result<void> visit_rows(std::string_view raw,
                          const std::function<void(const Scope&)>& visit) const;

  // Every value of the target's request, with the place of its field, for checks.
  void visit_templates(const std::function<void(const Template&, const Location&)>& visit) const;

  ~Transform();

 private:
  struct Compiled;
  explicit Transform(std::unique_ptr<const Compiled> compiled);
  Result<void> clean_up(Value& record) const;
  // The rows of a cleaned record, as scopes.
  template <typename Visit>
  Result<void> each_row(const Value& cleaned, const Visit& visit) const;
  Result<std::size_t> map_rows(const Value& cleaned, MappedRows& rows) const;
  // Judges one record by quality and adds its rows; why there are none, or nothing.
  Result<std::string> add_rows(const Value& cleaned, Mapped& mapped) const;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace weir
