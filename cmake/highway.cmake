# Highway's headers, for portable SIMD. Only headers: the target is chosen at compile time, so nothing is linked.
# A provisioned copy is used when STOPBATH_HIGHWAY_INCLUDE_DIR names one, otherwise the release is fetched.
add_library(stopbath_highway INTERFACE)
if(NOT STOPBATH_HIGHWAY_INCLUDE_DIR)
  include(FetchContent)
  FetchContent_Declare(highway
    GIT_REPOSITORY https://github.com/google/highway.git
    GIT_TAG 1.3.0
    GIT_SHALLOW TRUE
    SOURCE_SUBDIR headers-only) # no such folder: fetched, but not built
  FetchContent_MakeAvailable(highway)
  set(STOPBATH_HIGHWAY_INCLUDE_DIR ${highway_SOURCE_DIR})
endif()
target_include_directories(stopbath_highway SYSTEM INTERFACE ${STOPBATH_HIGHWAY_INCLUDE_DIR})
target_compile_definitions(stopbath_highway INTERFACE HWY_COMPILE_ONLY_STATIC HWY_HEADER_ONLY)
