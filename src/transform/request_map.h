// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "core/mapped_rows.h"
#include "core/record.h"
#include "core/row_layout.h"
#include "core/value.h"
#include "expr/context.h"
#include "expr/template.h"
#include "spec/fault.h"
#include "spec/strategy.h"
#include "transform/field_conversion.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace weir {

// The target's `request`, compiled: makes one row, members in file order, of one record.
//   - a field without value is null; what it has becomes what `mapping`, `type`, `parser` and
//     `is_required` make of it (see FieldConversion);
//   - a field with children is an object; of type array, one object for each element of the list
//     that its `value` names (with or without braces), where `{{list.x}}` is the element's x and
//     every other name is the record's.
// Pure and const: any number of threads may map.
class RequestMap {
 public:
  // Templates that cannot be compiled are appended as errors.
  static RequestMap compile(const std::vector<Field>& fields, const RecordShape& shape,
                            Faults& faults);

  // What every mapped row has in common: objects whose members are always the same are a part of
  // the layout; what a value, a list or a parser makes is a cell.
  const std::shared_ptr<const RowLayout>& layout() const { return layout_; }

  // Adds one row. Precondition: `rows` have this layout. Errors: `rejected` (a value does not fit
  // its field's type; names both), those of templates; `rows` are then without use.
  Result<void> map(const EvaluationContext& context, MappedRows& rows) const;

  // All templates with the places of their fields, for checks of what they ask for.
  void visit_templates(const std::function<void(const Template&, const Location&)>& visit) const;

  // All placeholders, and the lists that fields name, likewise.
  void visit_names(const std::function<void(const std::string&, const Location&)>& visit) const;

 private:
  enum class Kind : std::uint8_t { value, object, list };

  struct Node {
    std::string name;
    Kind kind = Kind::value;
    FieldConversion conversion;
    std::optional<Template> value;
    std::string list;  // of kind list: what `value` names; empty: it names nothing
    std::vector<Node> children;
    Location at;
  };

  static std::vector<Node> compile_nodes(const std::vector<Field>& fields, const RecordShape& shape,
                                         Faults& faults);
  static Node compile_node(const Field& field, const RecordShape& shape, Faults& faults);
  static bool is_layout(const Node& node) {
    return node.kind == Kind::object && node.conversion.finishes_nothing();
  }
  static std::vector<RowLayout::Node> lay_out(const std::vector<Node>& nodes);
  static Result<void> map_cells(const std::vector<Node>& nodes, const EvaluationContext& context,
                                MappedRows& rows);
  static const Value* at_hand(const Node& node, const Scope& scope);
  static Result<Value> map_nodes(const std::vector<Node>& nodes, const EvaluationContext& context);
  static Result<Value> map_node(const Node& node, const EvaluationContext& context);
  static Result<Value> evaluate(const Node& node, const EvaluationContext& context);
  static Result<Value> map_list(const Node& node, const EvaluationContext& context);
  static void visit_templates(const std::vector<Node>& nodes,
                              const std::function<void(const Template&, const Location&)>& visit);
  static void visit_nodes(const std::vector<Node>& nodes,
                          const std::function<void(const std::string&, const Location&)>& visit);

  std::vector<Node> nodes_;
  std::shared_ptr<const RowLayout> layout_;
};

}  // namespace weir
