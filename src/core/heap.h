// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the C library does with memory that is freed.

namespace weir {

// Keeps it: buffers of whole pages of records come and go, and each that went back to the system
// would be faulted in anew, 4 KiB at a time. Larger ones than any usual page go back. Once, when
// the program begins.
void keep_freed_memory();

// Gives it back: nothing will need it soon. Any thread.
void return_freed_memory();

}  // namespace weir
