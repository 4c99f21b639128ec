// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "journal/journal.h"
#include "source/patient_reader.h"
#include "source/source.h"

#include <stop_token>

namespace weir {

// Reads pages, and makes whole what came spoilt or only in part, as far as the journal does not
// hold it yet: an unchanged record costs no call. Any thread may call.
class PageCompleter {
 public:
  PageCompleter(PatientReader& reader, Journal& journal, PipelineId pipeline)
      : reader_(reader), journal_(journal), pipeline_(pipeline) {}

  // A page with records that cannot be used is asked for once more: what was spoilt on its way
  // comes whole then, what is so at the source does not.
  //
  // A record whose rest the source refuses (kind `rejected`) gets a `fault` that says so, and
  // another `content`: it fails for now, and has changed when it is listed again. Errors:
  // the journal's, and the source's others, as of reading a page.
  Result<SourcePage> read(const PageRequest& request, const std::stop_token& stop,
                          const std::stop_token& cut);

 private:
  Result<bool> came_spoilt(const Page& page);
  Result<SourcePage> complete(SourcePage page, const std::stop_token& stop,
                              const std::stop_token& cut);

  PatientReader& reader_;
  Journal& journal_;
  const PipelineId pipeline_;
};

}  // namespace weir
