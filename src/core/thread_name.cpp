// SPDX-License-Identifier: Apache-2.0
#include "core/thread_name.h"

#include <pthread.h>

namespace weir {

void name_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace weir
