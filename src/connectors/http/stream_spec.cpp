// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/stream_spec.h"

#include <fmt/format.h>

namespace weir {
namespace {

Paginator read_paginator(const Node& node, Faults& faults) {
  NodeReader reader(node, "paginator", faults);
  Paginator paginator;
  if (const Node* child = reader.required_child("pagination_strategy")) {
    NodeReader strategy(*child, "pagination_strategy", faults);
    paginator.strategy = static_cast<Paginator::Strategy>(
        1 + strategy.choice("type", {"PageIncrement", "OffsetIncrement", "CursorPagination"}, 0));
    paginator.page_size = strategy.integer("page_size").value_or(100);
    paginator.page_size_max = strategy.integer("page_size_max").value_or(0);
    paginator.start = strategy.integer("start_from_page").value_or(1);
    paginator.next_path = strategy.path("cursor_path");
    if (paginator.page_size < 1) {
      strategy.complain(nullptr, "`page_size` must be at least 1");
    }
    if (paginator.strategy == Paginator::Strategy::cursor && paginator.next_path.empty()) {
      strategy.complain(nullptr, "CursorPagination needs `cursor_path`");
    }
  }
  if (const Node* option = reader.child("page_size_option")) {
    NodeReader place(*option, "page_size_option", faults);
    paginator.size_place = read_place(place, RequestPlace::parameter);
  }
  if (const Node* option = reader.child("page_token_option")) {
    NodeReader place(*option, "page_token_option", faults);
    paginator.token_place = read_place(place, RequestPlace::parameter);
  }
  paginator.more_path = reader.path("more_path");
  paginator.result_cap = reader.integer("result_cap");
  paginator.result_cap_up_to = reader.integer("result_cap_up_to");
  return paginator;
}

// start_time_option and end_time_option: the window's ends in `datetime_format`.
void read_window_ends(NodeReader& reader, WindowRequest& window, const TemplateNames& names) {
  const std::string format = reader.text("datetime_format", "%Y-%m-%d");
  for (const auto& [option, end] :
       {std::pair{"start_time_option", "from"}, {"end_time_option", "to"}}) {
    const Node* child = reader.child(option);
    if (child == nullptr) {
      continue;
    }
    NodeReader place(*child, option, reader.faults());
    Injection injection;
    injection.place = read_place(place, RequestPlace::parameter);
    injection.value = ValueTemplate::of(
        RequestTemplate::compile(fmt::format("{{{{ window.{} | format('{}') }}}}", end, format),
                                 child->at, names, reader.faults()));
    window.injections.push_back(std::move(injection));
  }
}

Injection read_injection(const Node& node, const char* what, const TemplateNames& names,
                         Faults& faults) {
  NodeReader reader(node, what, faults);
  Injection injection;
  injection.place = read_place(reader, RequestPlace::body);
  if (const Node* value = reader.required_child("value")) {
    injection.value = ValueTemplate::compile(*value, names, faults);
  }
  return injection;
}

WindowRequest read_window(const Node& node, const TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "incremental_sync", faults);
  WindowRequest window;
  window.kind = static_cast<WindowKind>(reader.choice("by", {"created", "modified"}, 1));
  read_window_ends(reader, window, names);
  for (const Node* item : reader.items("inject")) {
    window.injections.push_back(read_injection(*item, "incremental_sync.inject", names, faults));
  }
  window.cursor_fields = reader.texts("cursor_field");
  if (const Node* option = reader.child("newest_first_option")) {
    window.newest_first = read_injection(*option, "newest_first_option", names, faults);
  }
  if (const auto step = reader.duration("step")) {
    window.step = std::chrono::floor<std::chrono::days>(*step);
    if (*window.step < std::chrono::days(1)) {
      reader.complain(nullptr, "`step` must be at least one day, P1D");
    }
  }
  if (window.injections.empty()) {
    reader.complain(nullptr, "says nowhere how the window is asked for");
  }
  return window;
}

RecordSelector read_selector(const Node& node, const TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "record_selector", faults);
  RecordSelector selector;
  if (const Node* child = reader.required_child("extractor")) {
    NodeReader extractor(*child, "extractor", faults);
    selector.path = extractor.path("field_path");
  }
  selector.total_path = reader.path("total_path");
  if (const Node* child = reader.child("record_shape")) {
    NodeReader shape(*child, "record_shape", faults);
    selector.shape.values = shape.text("values");
    selector.shape.around = shape.text("around", selector.shape.around);
    selector.shape.ignored = shape.texts("ignored");
    selector.shape.unordered = shape.texts("unordered");
    if (const Node* times = shape.child("times")) {
      NodeReader time_reader(*times, "record_shape.times", faults);
      selector.times = time_reader.texts("fields");
      selector.clock =
          RequestTemplate::compile(time_reader.required_text("clock"), times->at, names, faults);
    }
  }
  selector.bare_ids = reader.flag("bare_ids");
  if (const Node* child = reader.child("columns")) {
    selector.columns = RequestTemplate::compile(reader.text("columns"), child->at, names, faults);
  }
  return selector;
}

StreamParameters read_parameters(const Node& node, Faults& faults) {
  NodeReader reader(node, "parameters", faults);
  StreamParameters parameters;
  const std::size_t into =
      reader.choice("inject_into", {"request_parameter", "header", "body_json", "body_data"}, 2);
  parameters.others.into = into == 0   ? RequestPlace::parameter
                           : into == 1 ? RequestPlace::header
                                       : RequestPlace::body;
  parameters.others.path = reader.path("field_path");
  parameters.omitted = reader.texts("omit");
  parameters.closed = reader.flag("closed");
  for (const Node* item : reader.items("fields")) {
    NodeReader field(*item, "parameters.fields", faults);
    StreamParameters::Known known;
    known.name = field.required_text("name");
    known.required = field.flag("required");
    known.secret = field.flag("secret");
    known.place = parameters.others;
    if (item->member("inject_into") != nullptr || item->member("field_path") != nullptr ||
        item->member("field_name") != nullptr) {
      known.place = read_place(field, parameters.others.into);
    } else {
      known.place.path.push_back(known.name);
    }
    parameters.fields.push_back(std::move(known));
  }
  return parameters;
}

// What a stream, its list of ids and its sub-lists have alike.
void read_retrieval(NodeReader& reader, const TemplateNames& names, Stream& stream) {
  Faults& faults = reader.faults();
  if (const Node* child = reader.required_child("requester")) {
    stream.requester = read_requester(*child, names, faults);
  }
  if (const Node* child = reader.child("paginator")) {
    stream.paginator = read_paginator(*child, faults);
  }
  for (const Node* item : reader.items("incremental_sync")) {
    stream.windows.push_back(read_window(*item, names, faults));
  }
  if (const Node* child = reader.required_child("record_selector")) {
    stream.selector = read_selector(*child, names, faults);
  }
  if (const Node* child = reader.child("parameters")) {
    stream.parameters = read_parameters(*child, faults);
  }
}

SubLists read_sub_lists(const Node& node, const Stream& owner, const TemplateNames& base_names,
                        Faults& faults) {
  NodeReader reader(node, "sub_lists", faults);
  SubLists lists;
  lists.match = reader.required_text("match");
  lists.record_id = reader.required_text("record_id");
  if (const Node* rows = reader.required_child("rows")) {
    lists.rows = RequestTemplate::compile(reader.text("rows"), rows->at, base_names, faults);
  }
  TemplateNames names = base_names;
  names["record"] = {"id", "list"};
  Stream stream;
  stream.names = owner.names;
  read_retrieval(reader, names, stream);
  if (stream.selector.total_path.empty()) {
    reader.complain(nullptr,
                    "`record_selector.total_path` is missing: it says when all rows are there");
  }
  lists.stream = std::make_shared<const Stream>(std::move(stream));
  return lists;
}

}  // namespace

Stream read_stream(const Node& node, const TemplateNames& names, Faults& faults) {
  NodeReader reader(node, "stream", faults);
  Stream stream;
  stream.names = reader.texts("name");
  if (stream.names.empty()) {
    reader.complain(nullptr, "`name` is missing");
  }
  stream.description = reader.text("description");
  read_retrieval(reader, names, stream);
  if (const Node* child = reader.child("ids")) {
    NodeReader ids_reader(*child, "ids", faults);
    Stream ids;
    ids.names = stream.names;
    read_retrieval(ids_reader, names, ids);
    stream.ids = std::make_shared<const Stream>(std::move(ids));
  }
  if (const Node* child = reader.child("sub_lists")) {
    stream.sub_lists = read_sub_lists(*child, stream, names, faults);
  }
  return stream;
}

}  // namespace weir
