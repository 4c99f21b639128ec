// SPDX-License-Identifier: Apache-2.0
#include "app/sample.h"

#include <utility>
#include <variant>

namespace weir {

Result<Page> fetch_sample(Source& source, const Definition& definition, const Clock& clock) {
  PageRequest request;
  request.window.kind = definition.sync.by;
  if (request.window.kind != WindowKind::full) {
    request.window.from = definition.sync.from;
    request.window.to = source.traits().zone.day_of(clock.now());
  }
  WEIR_TRY(SourcePage fetched, source.read(request, {}));
  return std::move(fetched.page);
}

std::optional<Value> mapped_sample(const Transform& transform, const Page& page) {
  for (const PageRecord& record : page.records) {
    auto outcome = transform.apply(page.raw(record));
    if (outcome && std::holds_alternative<Mapped>(*outcome)) {
      return std::get<Mapped>(std::move(*outcome)).request;
    }
  }
  return std::nullopt;
}

}  // namespace weir
