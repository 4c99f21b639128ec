# SPDX-License-Identifier: Apache-2.0
# CMake and ninja. Sourced by ./dev and tools/dev/stage.sh, with $root set.

export CCACHE_NOHASHDIR=1  # builds of the same file in other folders share their results
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

# configure PRESET: makes build/PRESET ready for ninja, which sees to later changes itself.
configure() {
  local dir=$root/build/$1
  if [[ ! -f $dir/build.ninja || $root/CMakePresets.json -nt $dir/build.ninja ]]; then
    (cd "$root" && cmake --preset "$1" --log-level=NOTICE)
  fi
}

# build PRESET [TARGET…]
build() {
  local preset=$1
  shift
  configure "$preset"
  cmake --build "$root/build/$preset" ${1+--target "$@"}
}

# targets PRESET SUFFIX: the programs of the folders of src/ and sandbox/ whose names end so.
targets() {
  ninja -C "$root/build/$1" -t targets all |
    sed -nE "s/^(weir_[a-z0-9_]+$2): CXX_EXECUTABLE_LINKER.*/\\1/p" | sort -u
}

# Sanitizers place their shadow memory where some kernels put programs: switch that shuffle off
# where we may.
in_fixed_memory() {
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    setarch "$(uname -m)" -R "$@"
  else
    "$@"
  fi
}
