// SPDX-License-Identifier: Apache-2.0
#include "connectors/http/page_parser.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

// Any body is an error or a page whose records stand inside it, each with an id.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const weir::JsonPath paths[] = {{"data"}, {}, {"data", "0", "rows"}};
  const std::string body(reinterpret_cast<const char*>(data), size);
  for (const auto& path : paths) {
    for (const bool rows : {false, true}) {
      std::string text = body;
      weir::PageShape shape;
      shape.record.values = "data";
      shape.id = "id";
      shape.number = "number";
      if (rows) {
        shape.columns = {"id", "number"};
      }
      auto selection = std::make_shared<weir::RecordSelection>(shape.record.around);
      selection->add("number");
      selection->add("extend.id");
      shape.selection = selection;
      weir::RecordDigester digester(shape.record, weir::page_names(shape), shape.counted_lists,
                                    selection.get());
      const auto outline = weir::outline_body(text, path, rows ? nullptr : &digester);
      if (!outline || !outline->found) {
        continue;
      }
      const auto page = weir::make_page(std::move(text), *outline, shape);
      if (!page) {
        continue;
      }
      if (page->records.size() != outline->items.size()) {
        __builtin_trap();
      }
      for (const auto& record : page->records) {
        if (record.id.empty() || record.length == 0 ||
            record.offset + record.length > page->bytes.size()) {
          __builtin_trap();
        }
        const auto raw = page->raw(record);
        const auto located = page->located(record);
        if (located.selection != nullptr &&
            !weir::assemble_record({raw, 0, located}, shape.record, *selection)) {
          __builtin_trap();
        }
      }
    }
  }
  return 0;
}
