// SPDX-License-Identifier: Apache-2.0
#include "core/heap.h"

#include <malloc.h>

namespace weir {

void keep_freed_memory() {
  constexpr int kept_max = 64 << 20;
  constexpr int block_max = 4 << 20;
  mallopt(M_TRIM_THRESHOLD, kept_max);
  mallopt(M_MXFAST, 0);  // else each large block gathers all small ones that were freed
  mallopt(M_MMAP_THRESHOLD, block_max);
}

void return_freed_memory() { malloc_trim(0); }

}  // namespace weir
