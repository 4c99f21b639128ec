# Compiler, linker and warning settings that every target shares.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(WEIR_CCACHE ccache)
if(WEIR_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${WEIR_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${WEIR_CCACHE})
endif()
find_program(WEIR_MOLD mold)
if(WEIR_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# -g1 in debug keeps line numbers in reports and halves the build. Sanitizers instrument every line:
# optimising that takes three times as long as running the tests does.
set(WEIR_DEBUG_LEVEL "-O1")
if(WEIR_SANITIZER OR WEIR_FUZZ)
  set(WEIR_DEBUG_LEVEL "-O0")
endif()
set(CMAKE_CXX_FLAGS_DEBUG
    "${WEIR_DEBUG_LEVEL} -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes the empty half of an optional for read (GCC bug 80635).
  add_compile_options(-Wno-maybe-uninitialized)
endif()
if(CMAKE_UNITY_BUILD)
  # A folder compiled as one file, which takes a quarter of the time: what is a file's own name there
  # seems to shadow. The dev preset compiles file by file, with these warnings on.
  add_compile_options(-Wno-shadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-subobject-linkage)
  endif()
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # Every server since 2010; without them simdjson falls back to its byte-by-byte parser.
  add_compile_options(-march=x86-64-v2 -mpclmul)
endif()
if(WEIR_SANITIZER STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-tsan)  # Asio's fences, which the sanitizer does not follow
endif()
if(WEIR_SANITIZER)
  add_compile_options(-fsanitize=${WEIR_SANITIZER} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEIR_SANITIZER})
endif()
if(WEIR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
