// SPDX-License-Identifier: Apache-2.0
#include "reference/reference_page.h"

#include "connectors/connectors.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "reference/connector_pages.h"
#include "reference/key_pages.h"
#include "reference/markdown.h"
#include "reference/setting_pages.h"
#include "reference/word_pages.h"

namespace weir {
namespace {

std::string list_of(const std::vector<ReferencePage>& pages, std::string_view folder) {
  std::vector<std::vector<std::string>> rows;
  for (const ReferencePage& page : pages) {
    if (page.file.starts_with(folder)) {
      rows.push_back({fmt::format("[{}]({})", page.title, page.file.substr(folder.size())),
                      markdown::sentence(page.summary)});
    }
  }
  return markdown::table({"page", "what it is about"}, rows);
}

}  // namespace

std::string to_markdown(const ReferencePage& page) {
  return fmt::format(
      "# {}\n\n<!-- Made by ./dev docs. Mend the declaration in src/, not this page. -->\n\n"
      "{}\n\n{}",
      page.title, markdown::sentence(page.summary), page.body);
}

std::vector<ReferencePage> reference_pages() {
  std::vector<ReferencePage> pages = {workspace_page(), connections_page(connectors()),
                                      pipeline_page()};
  for (ReferencePage& page : key_pages()) {
    pages.push_back(std::move(page));
  }
  for (auto* page : {quality_page, pipes_page, variables_page, functions_page, alerts_page}) {
    pages.push_back(page());
  }
  for (const Connector& connector : connectors()) {
    pages.push_back(connector_page(connector));
  }
  return pages;
}

std::vector<ReferencePage> index_pages(const std::vector<ReferencePage>& pages) {
  ReferencePage reference;
  reference.file = "reference/README.md";
  reference.title = "Reference";
  reference.summary =
      "Every key, setting and word of Weir's files, each with an example that a test "
      "holds.";
  reference.body =
      list_of(pages, "reference/") +
      "\nThe [connectors](../connectors/README.md) have pages of their own. `weir reference PAGE` "
      "shows these pages on a terminal, `weir schema` gives the files' JSON Schema to editors.\n";
  ReferencePage connectors_index;
  connectors_index.file = "connectors/README.md";
  connectors_index.title = "Connectors";
  connectors_index.summary = "What can be connected, each with its settings.";
  connectors_index.body =
      list_of(pages, "connectors/") +
      "\nA connection is a [file in `connections/`](../reference/connections.md). A system that "
      "speaks JSON over HTTP is added by [a file](../connector-files.md).\n";
  return {reference, connectors_index};
}

}  // namespace weir
