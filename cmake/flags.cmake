# Compiler flags that every target shares (stopbath_flags) and those of the core alone (stopbath_core_flags).
# Native and wasm results are equal to the bit: the same 128-bit vectors, no contraction to fused multiply-add.
find_package(Threads)

add_library(stopbath_flags INTERFACE)
target_compile_features(stopbath_flags INTERFACE cxx_std_20)
target_compile_options(stopbath_flags INTERFACE -Wall -Wextra -ffp-contract=off -fno-rtti)
target_compile_definitions(stopbath_flags INTERFACE
  STOPBATH_THREADS=$<BOOL:${STOPBATH_WITH_THREADS}>
  STOPBATH_PROSE=$<NOT:$<BOOL:${EMSCRIPTEN}>>) # the generator and the tests read descriptions, a page never does

if(STOPBATH_WITH_THREADS)
  target_compile_options(stopbath_flags INTERFACE -pthread)
  target_link_options(stopbath_flags INTERFACE -pthread)
endif()

if(EMSCRIPTEN)
  target_compile_options(stopbath_flags INTERFACE -msimd128)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # Highway calls this set SSE4; wider sets would change neither width nor rounding, but are left out to be sure.
  target_compile_options(stopbath_flags INTERFACE -msse4.2 -maes -mpclmul)
endif()

if(STOPBATH_SANITIZE)
  # vptr checks need the run-time types that the core is built without.
  # Sanitizers inline checks that make GCC's flow warnings guess wrongly; the dev preset keeps them as errors.
  target_compile_options(stopbath_flags INTERFACE
    -fsanitize=${STOPBATH_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all -fno-omit-frame-pointer
    -Wno-maybe-uninitialized -Wno-tsan)
  target_link_options(stopbath_flags INTERFACE -fsanitize=${STOPBATH_SANITIZE})
else()
  target_compile_options(stopbath_flags INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 at -O3 sees overlapping copies in std::string's own operator+ (GCC bug 105651).
    target_compile_options(stopbath_flags INTERFACE -Wno-restrict)
  endif()
endif()

# The core reports errors as values: exceptions would only add size to the download.
add_library(stopbath_core_flags INTERFACE)
target_compile_options(stopbath_core_flags INTERFACE -fno-exceptions)
