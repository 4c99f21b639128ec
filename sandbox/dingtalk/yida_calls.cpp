// SPDX-License-Identifier: Apache-2.0
#include "sandbox/dingtalk/yida_calls.h"

#include "sandbox/dingtalk/receipt_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace weir::yida_sandbox {
namespace {

constexpr QueryWords kProcessWords{"searchFieldJson", "orderConfigJson"};
constexpr QueryWords kIdWords{"searchFieldJson", ""};
constexpr QueryWords kClassicWords{"searchFieldJson", "dynamicOrder"};
constexpr QueryWords kAdvancedWords{"searchCondition", "orderConfigJson"};

using Append = void (*)(const ReceiptGenerator&, const Receipt&, const Rendering&, std::string&);

Answer<void> require_in_body(const YidaCall& call, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (parameter_text(call.body, name).empty()) {
      return tl::unexpected(missing_parameter(name));
    }
  }
  return {};
}

Answer<void> require_in_query(const YidaCall& call, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (call.query_value(name).empty()) {
      return tl::unexpected(missing_parameter(name));
    }
  }
  return {};
}

Rendering rendering_of(const YidaCall& call, std::string form_uuid) {
  Rendering rendering;
  rendering.form_uuid = std::move(form_uuid);
  rendering.clock = call.settings.clock;
  rendering.form_name = call.settings.form_name;
  rendering.form_version = call.settings.form_version;
  rendering.inline_rows = call.settings.inline_rows;
  rendering.use_alias = call.second_version && (parameter_text(call.body, "useAlias") == "true" ||
                                                call.query_value("useAlias") == "true");
  return rendering;
}

Answer<Selection> select_page(const YidaCall& call, const QueryWords& words, PageRequest page) {
  auto query = read_query(call.body, words, call.settings);
  if (!query) {
    return tl::unexpected(query.error());
  }
  if (call.repeat_page) {
    page.number = 1;
  }
  if (call.previous_page) {
    page.number = std::max<std::uint64_t>(1, page.number - 1);
  }
  const std::uint64_t cap = call.settings.result_cap;
  const std::uint64_t offset = (page.number - 1) * page.size;
  std::uint64_t count = page.size;
  if (cap > 0 && offset + count > cap) {
    if (offset >= cap && call.settings.cap_behaviour == CapBehaviour::error) {
      return tl::unexpected(invalid_parameter(
          "pageNumber", fmt::format("查询数据超过上限{}条，请缩小查询范围", cap)));
    }
    count = offset >= cap ? 0 : cap - offset;
  }
  Selection selection = call.world->store.select(*query, offset, count);
  if (cap > 0 && call.settings.cap_behaviour == CapBehaviour::clip) {
    selection.total = std::min(selection.total, cap);
  }
  if (call.empty_page) {
    selection.receipts.clear();
  }
  return selection;
}

std::string page_body(const Selection& selection, std::uint64_t page, std::string_view page_name,
                      const ReceiptGenerator& generator, const Rendering& rendering,
                      Append append) {
  std::string out;
  out.reserve(selection.receipts.size() * 4096 + 128);
  out += fmt::format(R"({{"totalCount":{},"{}":{},"data":[)", selection.total, page_name, page);
  for (const Receipt& receipt : selection.receipts) {
    if (out.back() != '[') {
      out += ',';
    }
    append(generator, receipt, rendering, out);
  }
  return out + "]}";
}

void append_id(const ReceiptGenerator& generator, const Receipt& receipt, const Rendering&,
               std::string& out) {
  append_quoted(generator.id(receipt.index), out);
}

// Where a list's page is asked for.
struct PageWords {
  std::string_view number;
  bool in_query;  // else in the body
};

struct ChosenPage {
  std::uint64_t number = 1;
  Selection selection;
};

Answer<ChosenPage> choose_page(const YidaCall& call, const QueryWords& words, PageWords at,
                               std::initializer_list<std::string_view> required) {
  const auto given = require_in_body(call, required);
  if (!given) {
    return tl::unexpected(given.error());
  }
  const auto text = [&](std::string_view name) {
    return at.in_query ? call.query_value(name) : parameter_text(call.body, name);
  };
  const auto page = read_page(at.number, text(at.number), text("pageSize"));
  if (!page) {
    return tl::unexpected(page.error());
  }
  auto selection = select_page(call, words, *page);
  if (!selection) {
    return tl::unexpected(selection.error());
  }
  return ChosenPage{page->number, std::move(*selection)};
}

// Paging in the query, everything else in the body.
Answer<std::string> list_processes(const YidaCall& call, const QueryWords& words, Append append) {
  const auto page = choose_page(call, words, {"pageNumber", true},
                                {"appType", "systemToken", "userId", "formUuid"});
  if (!page) {
    return tl::unexpected(page.error());
  }
  return page_body(page->selection, page->number, "pageNumber", call.world->store.generator(),
                   rendering_of(call, parameter_text(call.body, "formUuid")), append);
}

// Paging in the body.
Answer<std::string> list_forms(const YidaCall& call, const QueryWords& words,
                               std::string_view page_name, bool sub_tables, Append append) {
  const auto page = choose_page(call, words, {page_name, false},
                                {"appType", "systemToken", "userId", "formUuid"});
  if (!page) {
    return tl::unexpected(page.error());
  }
  Rendering rendering = rendering_of(call, parameter_text(call.body, "formUuid"));
  rendering.sub_tables = sub_tables;
  return page_body(page->selection, page->number, page_name, call.world->store.generator(),
                   rendering, append);
}

Answer<std::string> get_instances(const YidaCall& call) {
  return list_processes(call, kProcessWords, append_process_instance);
}

Answer<std::string> get_instance_ids(const YidaCall& call) {
  return list_processes(call, kIdWords, append_id);
}

Answer<std::string> search_forms(const YidaCall& call) {
  return list_forms(call, kClassicWords, "currentPage", true, append_search_row);
}

Answer<std::string> query_all(const YidaCall& call) {
  return list_forms(call, kAdvancedWords, "pageNumber", true, append_advanced_row);
}

Answer<std::string> query_without_tables(const YidaCall& call) {
  return list_forms(call, kAdvancedWords, "pageNumber", false, append_advanced_row);
}

Answer<std::string> query_by_search_field(const YidaCall& call) {
  return list_forms(call, kProcessWords, "pageNumber", false, append_advanced_row);
}

Answer<std::string> form_ids(const YidaCall& call) {
  const auto page = choose_page(call, kIdWords, {"pageNumber", true}, {"systemToken", "userId"});
  if (!page) {
    return tl::unexpected(page.error());
  }
  return page_body(page->selection, page->number, "pageNumber", call.world->store.generator(), {},
                   append_id);
}

Answer<Receipt> receipt_in_path(const YidaCall& call) {
  const auto given = require_in_query(call, {"appType", "systemToken", "userId"});
  if (!given) {
    return tl::unexpected(given.error());
  }
  auto receipt = call.world->store.find(call.path_values[0]);
  if (!receipt) {
    return tl::unexpected(not_found(call.path_values[0]));
  }
  return *receipt;
}

std::string form_in_query(const YidaCall& call) {
  const std::string form = call.query_value("formUuid");
  return form.empty() ? "FORM-SKD" : form;
}

Answer<std::string> one_instance(const YidaCall& call) {
  const auto receipt = receipt_in_path(call);
  if (!receipt) {
    return tl::unexpected(receipt.error());
  }
  std::string out;
  append_process_instance(call.world->store.generator(), *receipt,
                          rendering_of(call, form_in_query(call)), out);
  return out;
}

Answer<std::string> one_form_row(const YidaCall& call) {
  const auto receipt = receipt_in_path(call);
  if (!receipt) {
    return tl::unexpected(receipt.error());
  }
  return form_instance(call.world->store.generator(), *receipt,
                       rendering_of(call, form_in_query(call)));
}

Answer<std::string> several_instances(const YidaCall& call) {
  const auto given =
      require_in_query(call, {"appType", "systemToken", "userId", "processInstanceIds"});
  if (!given) {
    return tl::unexpected(given.error());
  }
  const std::string ids = call.query_value("processInstanceIds");
  const Rendering rendering = rendering_of(call, form_in_query(call));
  std::string out = R"({"result":[)";
  for (std::size_t at = 0; at < ids.size();) {
    const std::size_t end = std::min(ids.find(',', at), ids.size());
    if (const auto receipt = call.world->store.find(std::string_view(ids).substr(at, end - at))) {
      out += out.back() == '[' ? "" : ",";
      append_batch_instance(call.world->store.generator(), *receipt, rendering, out);
    }
    at = end + 1;
  }
  return out + "]}";
}

Answer<std::string> inner_table(const YidaCall& call) {
  const auto given = require_in_query(call, {"formUuid", "tableFieldId"});
  if (!given) {
    return tl::unexpected(given.error());
  }
  const auto receipt = receipt_in_path(call);
  if (!receipt) {
    return tl::unexpected(receipt.error());
  }
  const auto page =
      read_page("pageNumber", call.query_value("pageNumber"), call.query_value("pageSize"));
  if (!page) {
    return tl::unexpected(page.error());
  }
  const std::string table = call.query_value("tableFieldId");
  const FormField* known = find_field(table);
  if (known == nullptr || known->kind != Component::table) {
    return tl::unexpected(invalid_parameter("tableFieldId", "field is null"));
  }
  const auto rows = call.world->store.generator().table_rows(*receipt, table);
  std::string out =
      fmt::format(R"({{"totalCount":{},"pageNumber":{},"data":[)", rows.size(), page->number);
  const std::uint64_t first = (page->number - 1) * page->size;
  for (std::uint64_t i = first; i < std::min<std::uint64_t>(rows.size(), first + page->size); ++i) {
    out += out.back() == '[' ? "" : ",";
    out += rows[i];
  }
  return out + "]}";
}

Answer<std::string> definitions(const YidaCall& call) {
  const auto given = require_in_query(call, {"systemToken", "userId"});
  if (!given) {
    return tl::unexpected(given.error());
  }
  std::string out = R"({"result":[)";
  for (const FormField& known : form_fields()) {
    out += fmt::format(R"({}{{"fieldId":"{}","label":{},"componentName":"{}","parentId":"{}"}})",
                       out.back() == '[' ? "" : ",", known.id, json_quoted(known.label),
                       known.component, known.parent);
  }
  return out + "]}";
}

constexpr YidaRoute kRoutes[] = {
    {"POST", "/yida/processes/instances", "Yida.Process.Read", true, get_instances},
    {"POST", "/yida/processes/instanceIds", "Yida.Process.Read", true, get_instance_ids},
    {"GET", "/yida/processes/instances/searchWithIds", "Yida.Process.Read", false,
     several_instances},
    {"GET", "/yida/processes/instancesInfos/{}", "Yida.Process.Read", false, one_instance},
    {"POST", "/yida/forms/instances/search", "Yida.Form.Read", true, search_forms},
    {"POST", "/yida/forms/instances/query", "Yida.Form.Read", true, query_by_search_field},
    {"POST", "/yida/forms/instances/advances/queryAll", "Yida.Form.Read", true, query_all},
    {"POST", "/yida/forms/instances/advances/query", "Yida.Form.Read", true, query_without_tables},
    {"POST", "/yida/forms/instances/ids/{}/{}", "Yida.Form.Read", true, form_ids},
    {"GET", "/yida/forms/instances/{}", "Yida.Form.Read", false, one_form_row},
    {"GET", "/yida/forms/innerTables/{}", "Yida.Form.Read", false, inner_table},
    {"GET", "/yida/forms/definitions/{}/{}", "Yida.Form.Read", false, definitions},
};

bool path_matches(std::string_view pattern, std::string_view path,
                  std::vector<std::string>& values) {
  values.clear();
  while (!pattern.empty() && !path.empty()) {
    if (pattern.substr(0, 2) == "{}") {
      const std::string_view segment = path.substr(0, path.find('/'));
      if (segment.empty()) {
        return false;
      }
      values.push_back(percent_decode(segment, false));
      pattern.remove_prefix(2);
      path.remove_prefix(segment.size());
    } else if (pattern.front() == path.front()) {
      pattern.remove_prefix(1);
      path.remove_prefix(1);
    } else {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

const YidaRoute* find_route(std::string_view method, std::string_view path,
                            std::vector<std::string>& path_values) {
  const auto found = std::find_if(std::begin(kRoutes), std::end(kRoutes), [&](const YidaRoute& r) {
    return r.method == method && path_matches(r.path, path, path_values);
  });
  return found == std::end(kRoutes) ? nullptr : &*found;
}

}  // namespace weir::yida_sandbox
