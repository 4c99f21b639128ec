// SPDX-License-Identifier: Apache-2.0
#include "reference/connector_pages.h"

#include <fmt/format.h>

#include "reference/markdown.h"
#include "reference/setting_pages.h"

namespace weir {
namespace {

std::string fields_of(const ConnectorApi& api, bool required) {
  std::string text;
  for (const ConnectorApi::Field& field : api.fields) {
    if (field.required == required) {
      text += (text.empty() ? "" : ", ") + markdown::code(field.name) +
              (field.secret ? " (secret)" : "");
    }
  }
  return text;
}

std::string apis_section(const std::string& title, const std::vector<ConnectorApi>& apis) {
  std::vector<std::vector<std::string>> rows;
  for (const ConnectorApi& api : apis) {
    rows.push_back({markdown::code(api.name), markdown::sentence(api.description),
                    markdown::code(api.method), fields_of(api, true), fields_of(api, false)});
  }
  return rows.empty() ? ""
                      : fmt::format("\n## {}\n\n{}", title,
                                    markdown::table({"`api`", "meaning", "`method`",
                                                     "fields that it needs", "also known"},
                                                    rows));
}

std::string serves_as(const Connector& connector) {
  const bool source = static_cast<bool>(connector.make_source);
  const bool target = static_cast<bool>(connector.make_sink);
  return source && target ? "source, target" : source ? "source" : "target";
}

}  // namespace

ReferencePage connector_page(const Connector& connector) {
  ReferencePage page;
  page.file = fmt::format("connectors/{}.md", connector.name);
  page.title = connector.title;
  page.summary = connector.settings.description;
  page.body = fmt::format(
      "Serves as {}.\n\n## Settings of a connection\n\n{}\nA file in `connections/` with all of "
      "them; those with a default may be left out:\n\n{}",
      serves_as(connector), settings_table(connector.settings.settings),
      markdown::block("yaml", fmt::format("connector: {}\n{}", connector.name,
                                          settings_example(connector.settings.settings))));
  page.body += apis_section("What a `source` reads", connector.reads);
  page.body += apis_section("What a `target` writes by", connector.writes);
  return page;
}

ReferencePage connections_page(const std::vector<Connector>& connectors) {
  ReferencePage page;
  page.file = "reference/connections.md";
  page.title = "Connections";
  page.summary =
      "A file in `connections/` is one outside system: where it is, and with which "
      "credentials.";
  std::vector<std::vector<std::string>> rows;
  for (const Connector& connector : connectors) {
    rows.push_back({fmt::format("[`{}`](../connectors/{}.md)", connector.name, connector.name),
                    connector.title, serves_as(connector)});
  }
  page.body =
      "A pipeline's `source` and `target` name it by the file's name without its ending. It holds "
      "`connector`, which says what kind of system it is, and that connector's settings.\n\n" +
      markdown::table({"`connector`", "system", "serves as"}, rows) +
      "\nAny text of a file may hold `${env:NAME}`, `${file:PATH}` or `${secret:NAME}`. What comes "
      "of one is a secret, and so is each setting that is declared secret: it is masked wherever "
      "it "
      "would be shown.\n";
  return page;
}

}  // namespace weir
