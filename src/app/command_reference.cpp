// SPDX-License-Identifier: Apache-2.0
#include "app/command_context.h"
#include "app/command_page.h"
#include "app/terminal.h"
#include "core/atomic_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "reference/reference_page.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

struct ReferenceOptions {
  std::string page;
  std::string folder;
};

// "pipes" of reference/pipes.md.
std::string name_of(const ReferencePage& page) { return fs::path(page.file).stem().string(); }

std::vector<ReferencePage> all_pages(const CLI::App& program) {
  std::vector<ReferencePage> pages = reference_pages();
  const auto first_connector =
      std::find_if(pages.begin(), pages.end(),
                   [](const ReferencePage& page) { return page.file.starts_with("connectors/"); });
  pages.insert(first_connector, command_page(program));
  return pages;
}

void list_pages(const CommandContext& context, const std::vector<ReferencePage>& pages) {
  std::vector<std::vector<std::string>> rows;
  for (const ReferencePage& page : pages) {
    if (context.json) {
      fmt::print("{}\n", to_json(Value(Object{{"name", name_of(page)},
                                              {"title", page.title},
                                              {"summary", page.summary},
                                              {"file", page.file}})));
    }
    rows.push_back({name_of(page), page.summary});
  }
  if (!context.json) {
    fmt::print("{}{}", table({"page", "what it is about"}, rows),
               painted("weir reference PAGE shows one\n", Paint::dim));
  }
}

void fail_with(CommandContext& context, const std::string& message) {
  print_error(context, {ErrorKind::invalid_config, message, {}, std::nullopt});
  context.exit_code = exit_wrong_input;
}

void show_page(CommandContext& context, const std::vector<ReferencePage>& pages,
               const std::string& name) {
  std::vector<std::string> names;
  for (const ReferencePage& page : pages) {
    if (name_of(page) == name) {
      const std::string text = to_markdown(page);
      fmt::print("{}", context.json ? to_json(Value(Object{{"name", name}, {"text", text}})) + "\n"
                                    : text);
      return;
    }
    names.push_back(name_of(page));
  }
  fail_with(context, fmt::format("there is no page `{}`{}", name, suggestion(name, names)));
}

void write_pages(CommandContext& context, std::vector<ReferencePage> pages,
                 const std::string& folder) {
  for (ReferencePage& index : index_pages(pages)) {
    pages.push_back(std::move(index));
  }
  for (const ReferencePage& page : pages) {
    const fs::path path = fs::path(folder) / page.file;
    std::error_code code;
    fs::create_directories(path.parent_path(), code);
    if (const auto written = write_atomically(path, to_markdown(page), 0644); !written) {
      fail_with(context, written.error().message);
      return;
    }
  }
}

}  // namespace

void add_reference_command(CLI::App& app, CommandContext& context) {
  auto options = std::make_shared<ReferenceOptions>();
  CLI::App* command =
      app.add_subcommand("reference", "every key, setting and word of the files, by pages");
  command->add_option("page", options->page, "show this one");
  command->add_option("--write", options->folder,
                      "write all of them, as Markdown, below this folder");
  command->add_flag("--json", context.json, "machine-readable output on stdout");
  command->footer("Without a page, it lists them.");
  command->callback([&app, &context, options] {
    const std::vector<ReferencePage> pages = all_pages(app);
    if (!options->folder.empty()) {
      write_pages(context, pages, options->folder);
    } else if (!options->page.empty()) {
      show_page(context, pages, options->page);
    } else {
      list_pages(context, pages);
    }
  });
}

}  // namespace weir
