// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir {

// Names the calling thread after its stage, for top, perf and whoever splits the CPU of a process
// by stage; at most 15 bytes, which is what Linux keeps.
void name_thread(const char* name);

}  // namespace weir
