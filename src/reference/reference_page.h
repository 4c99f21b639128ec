// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// The reference: pages of Markdown made from the declarations that files are read by and from the
// tables that words are looked up in. What stands on a page stands nowhere else; a page that lacks
// something is mended in its declaration.

namespace weir {

struct ReferencePage {
  std::string file;     // below docs/: reference/pipes.md
  std::string title;    // plain text
  std::string summary;  // one sentence
  std::string body;
};

// The whole text of a page's file.
std::string to_markdown(const ReferencePage& page);

// Pages below reference/, then those below connectors/, without their indexes and without what only
// the program knows (its commands). Made anew by each call.
std::vector<ReferencePage> reference_pages();

// reference/README.md and connectors/README.md, of all pages there are.
std::vector<ReferencePage> index_pages(const std::vector<ReferencePage>& pages);

}  // namespace weir
